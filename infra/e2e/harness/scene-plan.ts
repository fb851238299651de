import type { PlanTree, PlanView, RunView, TaskDetail, TaskView } from '@maestro/protocol';
import type { Scene } from './scene.js';
import type { Purposes } from './steps.js';

/** A task of a scenario's plan, by the name that the scenario gives it. */
export interface TaskSpec {
  readonly after?: readonly string[];
  readonly skills?: readonly string[];
  readonly description?: string;
  /** What its agents do. */
  readonly script: Purposes;
}

/** How long a scenario may take to come to a state: generous, because the machine may be busy with other suites. */
const PATIENCE_MS = 180_000;

/** What raising a cap sets going takes a sweep or two; whatever stands still for longer does so for good. */
const STUCK_MS = 15_000;

/** A plan as the scenario speaks of it: tasks by their names. */
export class ScenePlan {
  private constructor(
    private readonly scene: Scene,
    readonly id: string,
    private readonly ids: Map<string, { readonly id: string; readonly key: string }>,
  ) {}

  static async make(scene: Scene, title: string, tasks: Readonly<Record<string, TaskSpec>>): Promise<ScenePlan> {
    const proposal = {
      title,
      goal: 'What the scenario says.',
      phases: [{ title: 'All', tasks: Object.entries(tasks).map(([name, { after = [], skills = [], description = '' }]) => ({ key: name, title: `Task ${name}`, description, dependsOn: after, skills })) }],
    };
    const tree = await scene.api.post<PlanTree>(`/projects/${scene.project.id}/plans/import`, { text: JSON.stringify(proposal) });
    const ids = new Map(tree.tasks.map(({ title: name, id, key }) => [name.replace('Task ', ''), { id, key }]));
    const plan = new ScenePlan(scene, tree.id, ids);
    await plan.rehearse(Object.fromEntries(Object.entries(tasks).map(([name, { script }]) => [name, script])));
    return plan;
  }

  /** Says, or says anew, what the agents of these tasks do; the same on every machine. */
  async rehearse(scripts: Readonly<Record<string, Purposes>>): Promise<void> {
    const entries = Object.fromEntries(Object.entries(scripts).map(([name, script]) => [this.key(name), script]));
    for (const { script } of this.scene.site.allMachines) await script.set(entries);
  }

  /** For a task that does not exist yet: keys are counted up. */
  async rehearseKey(key: string, purposes: Purposes): Promise<void> {
    for (const { script } of this.scene.site.allMachines) await script.set({ [key]: purposes });
  }

  key(name: string): string {
    return this.of(name).key;
  }

  taskId(name: string): string {
    return this.of(name).id;
  }

  /** Makes a task known that came to the plan later. */
  adopt(name: string, task: { readonly id: string; readonly key: string }): void {
    this.ids.set(name, task);
  }

  tree(): Promise<PlanTree> {
    return this.scene.api.get<PlanTree>(`/plans/${this.id}`);
  }

  async task(name: string): Promise<TaskView> {
    const { id } = this.of(name);
    const found = (await this.tree()).tasks.find((task) => task.id === id);
    if (found === undefined) throw new Error(`the plan has no task ${name} any more`);
    return found;
  }

  detail(name: string): Promise<TaskDetail> {
    return this.scene.api.get<TaskDetail>(`/tasks/${this.taskId(name)}`);
  }

  /** `activate`, `pause`, `release` and the like. */
  do(action: string, body: unknown = {}): Promise<PlanView> {
    return this.scene.api.post<PlanView>(`/plans/${this.id}/${action}`, body);
  }

  /** `cancel`, `retry`, `assign` and the like. */
  act(name: string, action: string, body: unknown = {}): Promise<TaskView> {
    return this.scene.api.post<TaskView>(`/tasks/${this.taskId(name)}/${action}`, body);
  }

  /** Edits the plan on top of whatever stands there now. */
  async edit(...edits: readonly unknown[]): Promise<PlanTree> {
    const { version } = await this.tree();
    return this.scene.api.patch<PlanTree>(`/plans/${this.id}`, { version, edits });
  }

  async runs(name: string, purpose?: string): Promise<readonly RunView[]> {
    const { data } = await this.scene.api.get<{ data: RunView[] }>(`/tasks/${this.taskId(name)}/runs?limit=200`);
    return data.filter((run) => purpose === undefined || run.purpose === purpose).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Waits until the task stands there: a status, or `blocked/<code>`. Fails at once when it comes to stand still elsewhere. */
  async reaches(name: string, ...states: readonly string[]): Promise<TaskView> {
    const seen: string[] = [];
    let since = performance.now();
    const last = await this.scene.until(`${this.key(name)} (${name}) to be ${states.join(' or ')}`, async () => {
      const task = await this.task(name);
      if (seen.at(-1) !== standing(task)) {
        seen.push(standing(task));
        since = performance.now();
      }
      // Where it stood at the beginning may be what the scenario has just changed.
      const isStuck = standsStill(task) && (seen.length > 1 || performance.now() - since > STUCK_MS);
      return states.includes(standing(task)) || isStuck ? task : undefined;
    }, PATIENCE_MS);
    if (!states.includes(standing(last))) throw new Error(`${last.key} (${name}) is ${standing(last)}, not ${states.join(' or ')}. ${last.blocked?.sentence ?? ''}`);
    return last;
  }

  async allReach(state: string, ...names: readonly string[]): Promise<void> {
    for (const name of names.length === 0 ? this.ids.keys() : names) await this.reaches(name, state);
  }

  async becomes(...statuses: readonly string[]): Promise<PlanTree> {
    return this.scene.until(`the plan to be ${statuses.join(' or ')}`, async () => {
      const tree = await this.tree();
      return statuses.includes(tree.status) ? tree : undefined;
    }, PATIENCE_MS);
  }

  /** Waits for a standing notice, and gives it. */
  notice(code: string): Promise<PlanTree['notices'][number]> {
    return this.scene.until(`the notice ${code}`, async () => (await this.tree()).notices.find((notice) => notice.code === code), PATIENCE_MS);
  }

  /** Everything ends well: all tasks done, then released by a person. */
  async releases(): Promise<PlanTree> {
    await this.do('release');
    return this.becomes('completed');
  }

  private of(name: string): { readonly id: string; readonly key: string } {
    const found = this.ids.get(name);
    if (found === undefined) throw new Error(`the plan has no task called ${name}`);
    return found;
  }
}

const standsStill = ({ status }: TaskView): boolean => status === 'blocked' || status === 'done' || status === 'cancelled';

/** Where a task stands, with the code of its block. */
export function standing({ status, blocked }: Pick<TaskView, 'status' | 'blocked'>): string {
  return status === 'blocked' ? `blocked/${blocked?.code ?? '?'}` : status;
}
