import { METHODS } from '@maestro/protocol';
import type { PlanTree, ProjectView } from '@maestro/protocol';
import { StubLink, greet } from '../../../rig/stub-link.js';
import { newId } from '../../../rig/uuid-v7.js';
import { waitFor } from '../../../test-support/index.js';
import type { Site } from '../../harness/site.js';
import { tokenFor } from './fleet.js';
import type { Ground } from './fleet.js';
import { objectName } from './work.js';

/** The most tasks that a plan may have. */
const MOST_TASKS = 500;

/** A project in which so many tasks are due at once, nothing is waited for after a loss, and nothing gives up. */
export interface WideGround {
  readonly project: string;
  readonly grounds: readonly Ground[];
}

export async function layWideGround(site: Site, tasks: number, policy: Readonly<Record<string, unknown>> = {}): Promise<WideGround> {
  const key = site.nextProjectKey();
  const patient = { maxAttempts: 20, maxLost: 100, maxTaskRuns: 200, lostGraceSeconds: 0, concurrency: { project: 1_000, session: 64 } };
  const { id: project } = await site.api.post<ProjectView>(`/workspaces/${site.workspace}/projects`, { key, name: `Wide ${key}`, remote: `https://github.com/acme/${key.toLowerCase()}`, policy: { ...patient, ...policy } });
  const token = await tokenFor(site, 'bootstrap');
  const grounds: Ground[] = [];
  for (let left = tasks; left > 0; left -= MOST_TASKS) {
    const count = Math.min(MOST_TASKS, left);
    const text = JSON.stringify({ title: `Plan ${grounds.length + 1}`, goal: 'To get there.', phases: [{ title: 'All', tasks: Array.from({ length: count }, (_none, number) => ({ key: `t${number}`, title: `Task ${number}` })) }] });
    const plan = await site.api.post<PlanTree>(`/projects/${project}/plans/import`, { text });
    await site.api.post(`/plans/${plan.id}/activate`);
    await bootstrap(site.url, token, project);
    grounds.push({ project, plan: plan.id, epic: plan.epicBranch ?? '' });
  }
  return { project, grounds };
}

async function bootstrap(url: string, token: string, project: string): Promise<void> {
  const link = await StubLink.open({ url, token });
  await greet(link, { machine: newId(), project, name: 'bootstrap', capacity: 4, purposes: ['bootstrap_epic'] }, []);
  const run = await waitFor(async () => {
    // On a busy machine this takes longer than a quick studio waits for somebody who is silent.
    await link.ask(METHODS.sessionHeartbeat, { runs: [] });
    return (await link.ask(METHODS.runOffers, {})).runs[0];
  }, { what: 'an epic branch to be due', timeoutMs: 60_000, everyMs: 20 });
  const { packet } = await link.ask(METHODS.runClaim, { opId: newId(), run });
  await link.ask(METHODS.runStart, { opId: newId(), run, epoch: packet.epoch, startedAt: new Date().toISOString() });
  await link.ask(METHODS.runFinish, { opId: newId(), run, epoch: packet.epoch, lastSeq: 0, usage: {}, outcome: { kind: 'bootstrapped', tip: objectName() } });
  await link.close();
}
