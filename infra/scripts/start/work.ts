import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlanMessageView, PlanTree, PlanView, ProjectView } from '@maestro/protocol';
import { ApiRefused } from '../../rig/api.js';
import type { Api } from '../../rig/api.js';
import { git, makeRepository } from '../../rig/sample/repository.js';
import { LIBRARY } from '../../rig/sample/library.js';
import { SAMPLE_PLAN } from '../../rig/sample/plan.js';
import { sampleScript } from '../../rig/sample/script.js';
import type { StartOptions } from './arguments.js';

/** What the machine is to work on. */
export interface Work {
  readonly project: ProjectView;
  /** Where `maestro connect` runs: a clone whose origin is the project. */
  readonly clone: string;
  readonly repository: string;
  readonly agent: string;
  /** The rehearsal's script file, for the sample. */
  readonly script: { readonly name: string; readonly content: string } | undefined;
  /** Commit of the base branch before the plan. */
  readonly baseBefore: string;
  /** Makes the plan, or finds the one that an earlier start left unfinished; not yet activated when it is new. */
  readonly plan: () => Promise<PlanView>;
}

const SAMPLE_KEY = 'TALLY';
const OPEN: readonly string[] = ['active', 'paused', 'releasing'];

/** The sample: an unfinished one of an earlier start goes on; otherwise a new repository and project. */
export async function sampleWork(api: Api, workspaceId: string, dataDir: string): Promise<Work> {
  const projects = (await api.get<{ data: ProjectView[] }>(`/workspaces/${workspaceId}/projects?limit=200`)).data.filter((project) => project.key.startsWith(SAMPLE_KEY));
  const last = projects.sort((a, b) => numberOf(b.key) - numberOf(a.key))[0];
  const open = last === undefined ? undefined : await openPlan(api, last.id);
  const number = open !== undefined && last !== undefined ? numberOf(last.key) : numberOf(last?.key ?? `${SAMPLE_KEY}0`) + 1;
  const key = number === 1 ? SAMPLE_KEY : `${SAMPLE_KEY}${number}`;
  const folder = join(dataDir, 'sample', String(number));
  const bare = join(folder, 'tally.git');
  const clone = join(folder, 'tally');
  if (!existsSync(bare)) {
    await mkdir(folder, { recursive: true });
    await makeRepository(bare, clone, LIBRARY);
  }
  const project =
    open !== undefined && last !== undefined
      ? last
      : await api.post<ProjectView>(`/workspaces/${workspaceId}/projects`, {
          key,
          name: number === 1 ? 'Tally' : `Tally ${number}`,
          provider: 'manual',
          remote: bare,
          baseBranch: 'main',
          policy: { validationCommands: [{ name: 'tests', command: ['node', '--test'], timeoutSeconds: 120 }] },
        });
  return {
    project,
    clone,
    repository: bare,
    agent: 'rehearsal',
    script: { name: `rehearsal-${key}.json`, content: sampleScript(project.key, 1) },
    baseBefore: await firstBase(bare, LIBRARY.length),
    plan: async () => open ?? (await api.post<PlanView>(`/projects/${project.id}/plans/import`, { text: SAMPLE_PLAN })),
  };
}

const numberOf = (key: string): number => (key === SAMPLE_KEY ? 1 : Number(key.slice(SAMPLE_KEY.length)));

async function openPlan(api: Api, projectId: string): Promise<PlanView | undefined> {
  return (await api.get<{ data: PlanView[] }>(`/projects/${projectId}/plans?limit=50`)).data.find((plan) => OPEN.includes(plan.status));
}

/** The sample's base before any plan: the last commit of its own history. */
async function firstBase(bare: string, commits: number): Promise<string> {
  const all = (await git(bare, ['rev-list', '--reverse', '--first-parent', 'main'])).split('\n');
  return all[commits - 1] ?? 'main';
}

/** A repository of the user's own, which stays untouched but for the branches that Maestro pushes. */
export async function ownWork(api: Api, workspaceId: string, dataDir: string, own: NonNullable<StartOptions['own']>): Promise<Work> {
  const clone = join(dataDir, 'own', basename(own.repo).replace(/\.git$/, ''));
  if (existsSync(clone)) await git(clone, ['fetch', '-q', '--prune', 'origin']);
  else {
    await mkdir(join(dataDir, 'own'), { recursive: true });
    await git(join(dataDir, 'own'), ['clone', '-q', '--', own.repo, clone], { HOME: process.env['HOME'] ?? dataDir, GIT_CONFIG_GLOBAL: '', SSH_AUTH_SOCK: process.env['SSH_AUTH_SOCK'] ?? '' }).catch((error: { stderr?: string }) => {
      throw new Error(`${own.repo} cannot be cloned: ${error.stderr?.trim() ?? String(error)}\ntry: git clone ${own.repo}, which has to work first`);
    });
  }
  const baseBranch = (await git(clone, ['symbolic-ref', '--short', 'refs/remotes/origin/HEAD'])).replace(/^origin\//, '');
  const found = await api.get<ProjectView>(`/projects/lookup?remote=${encodeURIComponent(own.repo)}`).catch((error: unknown) => {
    if (error instanceof ApiRefused && error.status === 404) return undefined;
    throw error;
  });
  const project = found ?? (await api.post<ProjectView>(`/workspaces/${workspaceId}/projects`, { name: basename(own.repo).replace(/\.git$/, ''), remote: own.repo, baseBranch }));
  const open = await openPlan(api, project.id);
  return {
    project,
    clone,
    repository: own.repo,
    agent: own.agent,
    script: undefined,
    baseBefore: await git(clone, ['rev-parse', `refs/remotes/origin/${baseBranch}`]),
    plan: async () => open ?? ('plan' in own.work ? importFile(api, project.id, own.work.plan) : planFromGoal(api, project.id, own.work.goal)),
  };
}

async function importFile(api: Api, projectId: string, file: string): Promise<PlanView> {
  return api.post<PlanView>(`/projects/${projectId}/plans/import`, { text: await readFile(file, 'utf8'), title: basename(file).replace(/\.\w+$/, '') });
}

/** Asks the architect for a plan, and waits until there is one to activate. @throws Error with the architect's words when it asks back or gives up. */
async function planFromGoal(api: Api, projectId: string, goal: string): Promise<PlanView> {
  const [firstLine = goal] = goal.split('\n');
  const plan = await api.post<PlanView>(`/projects/${projectId}/plans`, { title: firstLine.slice(0, 120), goal });
  await api.post(`/plans/${plan.id}/messages`, { text: goal });
  for (;;) {
    // Messages before the plan, so that none can be the answer to a plan that was not there yet.
    const { data } = await api.get<{ data: PlanMessageView[] }>(`/plans/${plan.id}/messages?limit=200`);
    const tree = await api.get<PlanTree>(`/plans/${plan.id}`);
    if (tree.tasks.length > 0) return tree;
    // Whatever was said before it was part of a try that the studio gave back.
    const last = data.at(-1);
    if (last !== undefined && last.author !== 'person' && (last.kind === 'question' || last.kind === 'message')) throw new Error(`The architect proposed no plan. It says: ${last.text}`);
    await sleep(500);
  }
}
