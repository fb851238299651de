import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventPage, EventView, PlanTree, PolicyChanges, ProjectView, RunView } from '@maestro/protocol';
import { waitFor } from '../../test-support/index.js';
import { ApiRefused } from '../../rig/api.js';
import type { Api } from '../../rig/api.js';
import { Origin } from './origin.js';
import { ScenePlan } from './scene-plan.js';
import type { TaskSpec } from './scene-plan.js';
import type { Site, SiteMachine } from './site.js';
import { touch } from './site.js';
import type { Step } from './steps.js';

export interface ProjectOptions {
  /** Files of the first commit. Default one small file. */
  readonly files?: Readonly<Record<string, string>>;
  readonly policy?: PolicyChanges;
  /** Machines to connect, with more options of `maestro connect`. Default the desk with four slots. */
  readonly machines?: readonly { readonly at: SiteMachine; readonly args?: readonly string[] }[];
}

/** A point at which an agent stands still until the test lets it go on. */
export interface Gate {
  readonly steps: readonly Step[];
  reached(): Promise<void>;
  open(): Promise<void>;
}

/** A dozen scenarios that each ask all the time what became of their plan would take from the studio what they measure. */
const ASK_MS = 150;

/** One scenario: a repository, a project and its plans, seen through the API only. */
export class Scene {
  readonly plans: ScenePlan[] = [];
  readonly origin: Origin;
  private made: ProjectView | undefined;
  private gates = 0;
  private readonly folder: string;

  constructor(
    readonly site: Site,
    readonly key: string,
  ) {
    this.folder = join(site.path, `scene-${key}`);
    this.origin = new Origin(this.folder);
  }

  get api(): Api {
    return this.site.api;
  }

  get project(): ProjectView {
    if (this.made === undefined) throw new Error('the scenario has not made its project yet');
    return this.made;
  }

  get hasProject(): boolean {
    return this.made !== undefined;
  }

  /** Makes the repository and the project, and connects the machines. */
  async begin({ files = { 'README.md': 'A small thing.\n' }, policy = {}, machines }: ProjectOptions = {}): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await this.origin.make(files);
    this.made = await this.api.post<ProjectView>(`/workspaces/${this.site.workspace}/projects`, {
      key: this.key,
      name: `Scenario ${this.key}`,
      provider: 'manual',
      remote: this.origin.bare,
      baseBranch: 'main',
      policy: { validationCommands: [{ name: 'check', command: ['sh', this.origin.validate], timeoutSeconds: 60 }], ...policy },
    });
    for (const { at, args = [] } of machines ?? [{ at: await this.site.machine() }]) await this.connect(at, ...args);
  }

  connect(at: SiteMachine, ...args: readonly string[]): Promise<void> {
    return this.site.connect(at, this.key, args.includes('--capacity') ? args : ['--capacity', '4', ...args]);
  }

  /** Makes a draft plan whose tasks play these scripts; see `ScenePlan.activate`. */
  async plan(tasks: Readonly<Record<string, TaskSpec>>, title = 'A plan'): Promise<ScenePlan> {
    const plan = await ScenePlan.make(this, title, tasks);
    this.plans.push(plan);
    return plan;
  }

  /** The same, and running. */
  async activePlan(tasks: Readonly<Record<string, TaskSpec>>, title?: string): Promise<ScenePlan> {
    const plan = await this.plan(tasks, title);
    await plan.do('activate');
    return plan;
  }

  gate(): Gate {
    this.gates += 1;
    const path = join(this.folder, `gate-${this.gates}`);
    return {
      // Whole at once, for whoever reads it: the marker of the run, which begins with its id.
      steps: [{ run: `printf %s "$MAESTRO_RUN_MARKER" > '${path}.coming' && mv '${path}.coming' '${path}.reached'` }, { wait_for: { file: path, seconds: 900 } }],
      reached: async () => {
        const run = await this.until('an agent that stands at the gate', () => existsSync(`${path}.reached`) && (readFileSync(`${path}.reached`, 'utf8').split('.')[0] ?? ''));
        // An agent can be quicker than the word that it has begun.
        await this.until('the studio to know that it has begun', async () => !['dispatched', 'claimed'].includes((await this.api.get<RunView>(`/runs/${run}`)).status));
      },
      open: () => touch(path),
    };
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  setPolicy(policy: PolicyChanges): Promise<ProjectView> {
    return this.api.patch<ProjectView>(`/projects/${this.project.id}`, { policy });
  }

  until<T>(what: string, condition: () => Promise<T | undefined | null | false> | T | undefined | null | false, timeoutMs = 120_000): Promise<T> {
    return waitFor(condition, { what, timeoutMs, everyMs: ASK_MS });
  }

  async runs(): Promise<readonly RunView[]> {
    const runs: RunView[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { data: RunView[]; nextCursor: string | null } = await this.api.get(`/projects/${this.project.id}/runs?limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      runs.push(...page.data);
      cursor = page.nextCursor;
    }
    return runs;
  }

  /** Everything that happened in the project, oldest first. */
  async events(): Promise<readonly EventView[]> {
    const events: EventView[] = [];
    for (let cursor = ''; ; ) {
      const page: EventPage = await this.api.get<EventPage>(`/events?projectId=${this.project.id}&limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      if (page.data.length === 0) return events;
      events.push(...page.data);
      cursor = page.nextCursor;
    }
  }

  /** The refusal that the call must end in. */
  async refused(call: Promise<unknown>): Promise<ApiRefused['problem']> {
    const outcome = await call.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (outcome instanceof ApiRefused) return outcome.problem;
    throw new Error(outcome === undefined ? 'the studio should have refused this and did not' : String(outcome));
  }

  tree(planId: string): Promise<PlanTree> {
    return this.api.get<PlanTree>(`/plans/${planId}`);
  }
}
