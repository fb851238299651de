import type { PlanRow } from './dispatch-facts.repository.js';
import type { Standings } from './domain/order.js';
import type { Fleet } from './fleet.service.js';

type Served = Pick<PlanRow, 'id' | 'projectId' | 'atWork' | 'servedAt'>;

/** What the queue needs to know of plans to be fair between them. */
export function standingsOf(plans: readonly Served[]): Standings {
  return Object.fromEntries(plans.map(({ id, atWork, servedAt }) => [id, { atWork, servedAt }]));
}

/** The same of their projects. What was last given to a plan that has nothing due any more is not asked for: that would read every run there ever was. */
export function standingsOfProjects(plans: readonly Served[], fleet: Pick<Fleet, 'atWorkIn'>): Standings {
  const projects = new Map<string, number>();
  for (const { projectId, servedAt } of plans) projects.set(projectId, Math.max(projects.get(projectId) ?? 0, servedAt));
  return Object.fromEntries([...projects].map(([id, servedAt]) => [id, { atWork: fleet.atWorkIn(id), servedAt }]));
}
