import type { CreatedInvite, PlanTree, ProjectView, Redeemed } from '@maestro/protocol';
import { Api } from '../../../rig/api.js';
import { FaultProxy } from '../../../test-support/fault-proxy/index.js';
import type { Site } from '../../harness/site.js';
import { Branch } from './branch.js';
import type { Recorder } from './recorder.js';
import { WorkingMachine } from './working-machine.js';
import { objectName } from './work.js';

/** Nothing in a world gives up: what is looked for is what must never be, not how often something is tried. */
const PATIENT = { maxAttempts: 20, maxLost: 100, maxTaskRuns: 200, lostGraceSeconds: 0, revisionCap: 5 };

/** A project of its own on the site's studio, with an active plan of so many tasks, the last of which waits for the others. */
export interface Ground {
  readonly project: string;
  readonly plan: string;
  readonly epic: string;
}

export async function layGround(site: Site, tasks: number, policy: Readonly<Record<string, unknown>> = {}): Promise<Ground> {
  const key = site.nextProjectKey();
  const project = await site.api.post<ProjectView>(`/workspaces/${site.workspace}/projects`, { key, name: `World ${key}`, remote: `https://github.com/acme/${key.toLowerCase()}`, policy: { ...PATIENT, ...policy } });
  const names = Array.from({ length: tasks }, (_, index) => `t${index}`);
  const text = JSON.stringify({ title: 'A plan', goal: 'To get there.', phases: [{ title: 'All', tasks: names.map((name, index) => ({ key: name, title: `Task ${name}`, description: '', dependsOn: index === tasks - 1 ? names.slice(0, -1) : [] })) }] });
  const plan = await site.api.post<PlanTree>(`/projects/${project.id}/plans/import`, { text });
  return { project: project.id, plan: plan.id, epic: plan.epicBranch ?? '' };
}

/** A machine of a world, and its way to the studio. */
export interface Placed {
  readonly machine: WorkingMachine;
  readonly proxy: FaultProxy;
}

/** What a machine signs in with. */
export async function tokenFor(site: Site, name: string): Promise<string> {
  const { token } = await site.api.post<CreatedInvite>(`/workspaces/${site.workspace}/invites`, { role: 'architect' });
  const { tokens } = await new Api(site.url).post<Redeemed>('/auth/redeem', { token, name });
  return tokens.accessToken;
}

export async function placeMachines(site: Site, ground: Ground, count: number, recorder: Recorder): Promise<readonly Placed[]> {
  const branch = new Branch(objectName(), recorder);
  const rejected = new Set<string>();
  const placed: Placed[] = [];
  for (let index = 0; index < count; index += 1) {
    const [name, proxy] = [`stub ${index}`, await FaultProxy.open(Number(new URL(site.url).port))];
    const machine = new WorkingMachine({ name, url: proxy.url, token: await tokenFor(site, name), project: ground.project, branch, recorder, capacity: 2, heartbeatMs: 300, pollMs: 40, rejected });
    placed.push({ machine, proxy });
  }
  return placed;
}
