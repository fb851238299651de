import type { PlanView } from '@maestro/protocol';
import { ENDPOINTS } from '../../features/studio-api/index.js';
import { failure } from '../failure.js';
import { shortId, spoken } from '../format/words.js';
import { projectOf } from './find-project.js';
import type { Machine, Studio } from './machine.js';

/** The form in which ids are given; people need not type one. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** As `shortId` shows, or more of it, or at least half of it. */
const SHORT_ID = /^[0-9a-f-]{4,}$/i;

/** Plans that somebody may still do something with, those at work first. */
const ORDER: Readonly<Record<PlanView['status'], number>> = { active: 0, releasing: 1, paused: 2, draft: 3, completed: 4, cancelled: 5, archived: 6 };
const AT_WORK: ReadonlySet<PlanView['status']> = new Set(['active', 'releasing', 'paused']);
const OPEN: ReadonlySet<PlanView['status']> = new Set(['active', 'releasing', 'paused', 'draft']);

export type PlanChoice =
  | { readonly kind: 'chosen'; readonly plan: PlanView }
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly plans: readonly PlanView[] };

/** Plans as people list them: at work first, then the newest first. */
export function inOrder(plans: readonly PlanView[]): readonly PlanView[] {
  return [...plans].sort((one, other) => ORDER[one.status] - ORDER[other.status] || other.createdAt.localeCompare(one.createdAt));
}

export const isOpen = (plan: PlanView): boolean => OPEN.has(plan.status);

/**
 * The plan that `name` means: an id or the end of one, a title, or the start of a title that only one has. Without a name, the only plan at
 * work, or else the only open one, or else the only one there is. Plans that are over are found only when no open plan fits.
 */
export function choosePlan(plans: readonly PlanView[], name: string | undefined): PlanChoice {
  if (name === undefined) return oneOf(plans.filter((plan) => AT_WORK.has(plan.status)), plans.filter(isOpen), plans);
  const wanted = name.trim().toLowerCase();
  const tests: readonly ((plan: PlanView) => boolean)[] = [
    (plan) => plan.id === wanted,
    (plan) => plan.title.toLowerCase() === wanted,
    (plan) => plan.epicBranch === name,
    (plan) => plan.title.toLowerCase().startsWith(wanted),
    (plan) => SHORT_ID.test(wanted) && plan.id.endsWith(wanted),
  ];
  const fitting = tests.flatMap((test) => [plans.filter((plan) => isOpen(plan) && test(plan)), plans.filter(test)]);
  return wanted === '' ? { kind: 'none' } : oneOf(...fitting);
}

/** The first of the lists that is not empty decides. */
function oneOf(...lists: readonly (readonly PlanView[])[]): PlanChoice {
  const fitting = lists.find((list) => list.length > 0);
  const [first] = fitting ?? [];
  if (fitting === undefined || first === undefined) return { kind: 'none' };
  return fitting.length === 1 ? { kind: 'chosen', plan: first } : { kind: 'several', plans: fitting };
}

export async function findPlan(machine: Machine, studio: Studio, name: string | undefined, projectKey: string | undefined): Promise<PlanView> {
  if (name !== undefined && UUID.test(name)) return studio.call(ENDPOINTS.plan, { path: { plan: name.toLowerCase() } });
  const project = await projectOf(machine, studio, projectKey);
  const choice = choosePlan(inOrder(await plansOf(studio, project.id)), name);
  switch (choice.kind) {
    case 'chosen':
      return choice.plan;
    case 'none':
      throw failure('notFound', name === undefined ? `${project.key} has no plan.` : `${project.key} has no plan "${name}".`, name === undefined ? 'maestro plan import <file>' : 'maestro plan list --all');
    case 'several': {
      const listed = choice.plans.slice(0, 5).map((plan) => `"${plan.title}" (${shortId(plan.id)}, ${spoken(plan.status)})`);
      throw failure('usage', `${choice.plans.length} plans fit: ${listed.join(', ')}${choice.plans.length > 5 ? ', …' : ''}.`, 'name one by its title or by the id in brackets');
    }
  }
}

export function plansOf(studio: Studio, project: string): Promise<readonly PlanView[]> {
  return studio.all((cursor) => studio.call(ENDPOINTS.plans, { path: { project }, query: { limit: 200, cursor } }));
}
