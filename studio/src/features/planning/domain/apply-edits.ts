import { normalizeText, oneLine } from '@maestro/protocol';
import type { PlanEdit, TaskDraft } from '@maestro/protocol';
import { neat } from './neat.js';
import { isDraft } from './tree.js';
import type { Edited, EditIssue, RunningChoice, Tree, TreeTask } from './tree.js';

type Edit<Op extends PlanEdit['op']> = Extract<PlanEdit, { op: Op }>;
interface WorkPhase {
  readonly id: string;
  title: string;
  tasks: TreeTask[];
}

/**
 * Applies edit steps in order, all or none. A step names phases and tasks by id, by the `ref` of a step before it, or a task by its key.
 *
 * Reads on after a mistake, so that all of them are told at once. What only the finished tree can show (circles, unknown skills) is
 * `checkTree`'s.
 *
 * @param makeId makes the id of a new phase or task.
 */
export function applyEdits(tree: Tree, edits: readonly PlanEdit[], makeId: () => string): Edited {
  const work = new WorkTree(tree, makeId);
  edits.forEach((edit, index) => work.apply(edit, `edits[${index}]`));
  return work.finish();
}

class WorkTree {
  private readonly issues: EditIssue[] = [];
  private readonly cancelled = new Set<string>();
  private readonly choices = new Map<string, RunningChoice>();
  private readonly places = new Map<string, string>();
  private readonly phaseRefs = new Map<string, string>();
  private readonly taskRefs = new Map<string, string>();
  /** Dependencies of new tasks, as written: they may name tasks of later steps. */
  private readonly pending: { readonly task: string; readonly dependsOn: readonly string[]; readonly path: string }[] = [];
  private title: string;
  private goal: string;
  private readonly phases: WorkPhase[];

  constructor(
    tree: Tree,
    private readonly makeId: () => string,
  ) {
    this.title = tree.title;
    this.goal = tree.goal;
    this.phases = tree.phases.map(({ id, title, tasks }) => ({ id, title, tasks: [...tasks] }));
  }

  apply(edit: PlanEdit, path: string): void {
    switch (edit.op) {
      case 'set_plan':
        this.title = edit.title === undefined ? this.title : oneLine(edit.title);
        this.goal = edit.goal === undefined ? this.goal : normalizeText(edit.goal);
        return;
      case 'add_phase':
        return this.addPhase(edit, path);
      case 'set_phase':
        return this.withPhase(edit.phase, `${path}.phase`, (phase) => {
          phase.title = oneLine(edit.title);
        });
      case 'remove_phase':
        return this.removePhase(edit, path);
      case 'add_task':
        return this.addTask(edit, path);
      case 'set_task':
        return this.setTask(edit, path);
      case 'set_dependencies':
        return this.withTask(edit.task, `${path}.task`, (task) => {
          this.pending.push({ task: task.id, dependsOn: edit.dependsOn, path: `${path}.dependsOn` });
          this.places.set(task.id, path);
        });
      case 'move_task':
        return this.moveTask(edit, path);
      case 'cancel_task':
        return this.cancelTask(edit, path);
    }
  }

  finish(): Edited {
    for (const { task: id, dependsOn, path } of this.pending) this.depend(id, dependsOn, path);
    if (this.issues.length > 0) return { ok: false, issues: this.issues };
    const tree = { title: this.title, goal: this.goal, phases: this.phases };
    return { ok: true, value: { tree, cancelled: this.cancelled, choices: this.choices, places: this.places } };
  }

  private addPhase({ ref, title, position }: Edit<'add_phase'>, path: string): void {
    if (this.phaseRefs.has(ref)) return this.issue(`${path}.ref`, `Another step already adds a phase "${ref}". Give each its own ref.`);
    const id = this.makeId();
    this.phaseRefs.set(ref, id);
    this.phases.splice(position ?? this.phases.length, 0, { id, title: oneLine(title), tasks: [] });
  }

  private removePhase({ phase: name }: Edit<'remove_phase'>, path: string): void {
    this.withPhase(name, `${path}.phase`, (phase) => {
      if (phase.tasks.length > 0) return this.issue(`${path}.phase`, `The phase "${phase.title}" still has tasks. Move them to another phase first, or cancel those that are drafts.`);
      this.phases.splice(this.phases.indexOf(phase), 1);
    });
  }

  private addTask({ phase: name, task: draft, position }: Edit<'add_task'>, path: string): void {
    if (draft.id !== undefined) return this.issue(`${path}.task.id`, 'A new task has no id yet. Leave it out; use ref to name the task in other steps.');
    if (draft.ref !== undefined && this.taskRefs.has(draft.ref)) return this.issue(`${path}.task.ref`, `Another step already adds a task "${draft.ref}". Give each its own ref.`);
    this.withPhase(name, `${path}.phase`, (phase) => {
      const task = newTask(draft, this.makeId());
      if (draft.ref !== undefined) this.taskRefs.set(draft.ref, task.id);
      this.places.set(task.id, `${path}.task`);
      this.pending.push({ task: task.id, dependsOn: draft.dependsOn, path: `${path}.task.dependsOn` });
      phase.tasks.splice(position ?? phase.tasks.length, 0, task);
    });
  }

  private setTask({ task: name, changes, running }: Edit<'set_task'>, path: string): void {
    this.withTask(name, `${path}.task`, (task, phase) => {
      const said = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<TreeTask>;
      replace(phase, task, { ...task, ...neat(said) });
      this.choices.set(task.id, running);
      this.places.set(task.id, `${path}.changes`);
    });
  }

  private moveTask({ task: name, phase: target, position }: Edit<'move_task'>, path: string): void {
    this.withTask(name, `${path}.task`, (task, from) =>
      this.withPhase(target, `${path}.phase`, (to) => {
        from.tasks.splice(from.tasks.indexOf(task), 1);
        to.tasks.splice(position, 0, task);
      }),
    );
  }

  private cancelTask({ task: name }: Edit<'cancel_task'>, path: string): void {
    this.withTask(name, `${path}.task`, (task, phase) => {
      this.places.set(task.id, path);
      if (!isDraft(task)) {
        this.cancelled.add(task.id);
        return;
      }
      phase.tasks.splice(phase.tasks.indexOf(task), 1);
      // Whoever waited for a draft that is gone waits no more: nobody decided that it matters, as with a cancelled task.
      for (const each of this.phases) each.tasks = each.tasks.map((other) => withoutDependency(other, task.id));
    });
  }

  private depend(id: string, dependsOn: readonly string[], path: string): void {
    const resolved = dependsOn.flatMap((name, index) => {
      const found = this.findTask(name);
      if (found === undefined) this.issue(`${path}[${index}]`, `There is no task "${name}" in this plan.`);
      return found === undefined ? [] : [found.task.id];
    });
    const at = this.findTask(id);
    // Gone again in a later step.
    if (at !== undefined) replace(at.phase, at.task, { ...at.task, dependsOn: [...new Set(resolved)] });
  }

  private withPhase(name: string, path: string, then: (phase: WorkPhase) => void): void {
    const id = this.phaseRefs.get(name) ?? name;
    const phase = this.phases.find((each) => each.id === id);
    if (phase === undefined) this.issue(path, `There is no phase "${name}" in this plan.`);
    else then(phase);
  }

  private withTask(name: string, path: string, then: (task: TreeTask, phase: WorkPhase) => void): void {
    const found = this.findTask(name);
    if (found === undefined) this.issue(path, `There is no task "${name}" in this plan.`);
    else then(found.task, found.phase);
  }

  private findTask(name: string): { readonly task: TreeTask; readonly phase: WorkPhase } | undefined {
    const id = this.taskRefs.get(name) ?? name;
    for (const phase of this.phases) {
      const task = phase.tasks.find((each) => each.id === id || each.key === name);
      if (task !== undefined) return { task, phase };
    }
    return undefined;
  }

  private issue(path: string, message: string): void {
    this.issues.push({ path, message });
  }
}

/** A task as an editor writes it, before it has a key. Its dependencies are resolved when all tasks are known. */
export function newTask(draft: TaskDraft, id: string): TreeTask {
  const { title, description, acceptanceCriteria, skills, priority, estimateMinutes } = draft;
  return { id, key: null, status: 'new', ...neat({ title, description, acceptanceCriteria, skills, priority, estimateMinutes }), dependsOn: [], stored: null };
}

function replace(phase: WorkPhase, task: TreeTask, by: TreeTask): void {
  phase.tasks[phase.tasks.indexOf(task)] = by;
}

function withoutDependency(task: TreeTask, id: string): TreeTask {
  return task.dependsOn.includes(id) ? { ...task, dependsOn: task.dependsOn.filter((other) => other !== id) } : task;
}
