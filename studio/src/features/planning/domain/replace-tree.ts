import { normalizeText, oneLine } from '@maestro/protocol';
import type { PutPlan, TaskDraft } from '@maestro/protocol';
import { newTask } from './apply-edits.js';
import { hasEnded, isDraft, tasksOf } from './tree.js';
import type { EditedTree, EditIssue, RunningChoice, Tree, TreePhase, TreeTask } from './tree.js';

export type Replaced =
  | { readonly ok: true; readonly value: EditedTree }
  | { readonly ok: false; readonly issues: readonly EditIssue[] }
  /** Tasks with a history that the new tree leaves out without saying that they are to be cancelled. */
  | { readonly ok: false; readonly wouldCancel: readonly TreeTask[] };

/**
 * Puts a whole tree in the place of another. Drafts that are left out go; tasks that have ended and are left out stay where they were,
 * as history; live and blocked ones must be listed in `cancel`.
 *
 * @param makeId makes the id of a new phase or task.
 */
export function replaceTree(before: Tree, body: PutPlan, makeId: () => string): Replaced {
  const reading = new Reading(before, body, makeId);
  const phases = reading.phases();
  if (reading.issues.length > 0) return { ok: false, issues: reading.issues };

  const written = new Set(phases.flatMap(({ tasks }) => tasks.map(({ id }) => id)));
  const omitted = tasksOf(before).filter(({ id }) => !written.has(id));
  const wouldCancel = omitted.filter((task) => !isDraft(task) && !hasEnded(task) && !body.cancel.includes(task.id as PutPlan['cancel'][number]));
  if (wouldCancel.length > 0) return { ok: false, wouldCancel };

  const kept = omitted.filter((task) => !isDraft(task));
  const tree = { title: oneLine(body.title), goal: normalizeText(body.goal), phases: withHistory(phases, before, kept) };
  const cancelled = new Set(kept.filter((task) => !hasEnded(task)).map(({ id }) => id));
  const choices = new Map([...written].map((id): [string, RunningChoice] => [id, body.running]));
  return { ok: true, value: { tree, cancelled, choices, places: reading.places } };
}

/** Reads the tasks of the request: who is who, and what depends on what. */
class Reading {
  readonly issues: EditIssue[] = [];
  readonly places = new Map<string, string>();
  private readonly known: ReadonlyMap<string, TreeTask>;
  private readonly names = new Map<string, string>();
  private readonly ids = new Map<TaskDraft, string>();

  constructor(
    private readonly before: Tree,
    private readonly body: PutPlan,
    private readonly makeId: () => string,
  ) {
    this.known = new Map(tasksOf(before).map((task) => [task.id, task]));
  }

  phases(): readonly TreePhase[] {
    const seen = new Set<string>();
    this.body.phases.forEach((phase, at) => phase.tasks.forEach((task, index) => this.name(task, `phases[${at}].tasks[${index}]`)));
    this.body.cancel.forEach((id, index) => {
      if (!this.known.has(id)) this.issue(`cancel[${index}]`, 'There is no such task in this plan.');
      else if (this.names.get(id) === id) this.issue(`cancel[${index}]`, 'This task is in the tree and also listed to be cancelled. Leave it out of one of them.');
    });
    return this.body.phases.map(({ id, title, tasks }, at) => {
      if (id !== undefined && (seen.has(id) || !this.before.phases.some((phase) => phase.id === id))) this.issue(`phases[${at}].id`, 'There is no such phase in this plan, or it is here twice. Leave the id out to make a new one.');
      if (id !== undefined) seen.add(id);
      return { id: id ?? this.makeId(), title: oneLine(title), tasks: tasks.map((draft, index) => this.task(draft, `phases[${at}].tasks[${index}]`)) };
    });
  }

  /** Gives each task its id, so that others may name it before and after. */
  private name(draft: TaskDraft, path: string): void {
    const { id, ref } = draft;
    if (id !== undefined && !this.known.has(id)) this.issue(`${path}.id`, 'There is no such task in this plan. Leave the id out to make a new one.');
    const own = id ?? this.makeId();
    this.ids.set(draft, own);
    this.places.set(own, path);
    for (const name of [id, ref, id === undefined ? undefined : (this.known.get(id)?.key ?? undefined)]) {
      if (name === undefined) continue;
      if (this.names.has(name)) this.issue(path, `"${name}" names two tasks of this tree. Each id and ref may appear once.`);
      this.names.set(name, own);
    }
  }

  private task(draft: TaskDraft, path: string): TreeTask {
    const id = this.ids.get(draft) ?? '';
    const { key, status, stored } = this.known.get(id) ?? { key: null, status: 'new' as const, stored: null };
    const dependsOn = draft.dependsOn.flatMap((name, index) => this.dependency(name, `${path}.dependsOn[${index}]`));
    return { ...newTask(draft, id), key, status, stored, dependsOn: [...new Set(dependsOn)] };
  }

  private dependency(name: string, path: string): readonly string[] {
    const written = this.names.get(name);
    if (written !== undefined) return [written];
    // Tasks with a history stay, in the tree of the request or not, so what waits for them may go on naming them.
    const history = [...this.known.values()].find((task) => !isDraft(task) && (task.id === name || task.key === name));
    if (history !== undefined) return [history.id];
    this.issue(path, `There is no task "${name}" in this tree.`);
    return [];
  }

  private issue(path: string, message: string): void {
    this.issues.push({ path, message });
  }
}

/** Tasks that stay though the request leaves them out, each in its phase; a phase that holds some stays too, at the end. */
function withHistory(phases: readonly TreePhase[], before: Tree, kept: readonly TreeTask[]): readonly TreePhase[] {
  const keptIn = (phase: TreePhase): readonly TreeTask[] => phase.tasks.filter((task) => kept.includes(task));
  const continued = phases.map((phase) => {
    const earlier = before.phases.find(({ id }) => id === phase.id);
    return earlier === undefined ? phase : { ...phase, tasks: [...phase.tasks, ...keptIn(earlier)] };
  });
  const dropped = before.phases.filter((phase) => !phases.some(({ id }) => id === phase.id)).map((phase) => ({ ...phase, tasks: keptIn(phase) }));
  return [...continued, ...dropped.filter(({ tasks }) => tasks.length > 0)];
}
