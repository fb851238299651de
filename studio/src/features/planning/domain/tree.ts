import type { TaskStatus } from '@maestro/protocol';

/**
 * A plan's tree as its editor sees it. Edits are functions from one tree to the next; what has to be written is the difference between
 * the two (`changes.ts`), so that a list of edit steps and a whole new tree end in the same code.
 */
export interface Tree {
  readonly title: string;
  readonly goal: string;
  readonly phases: readonly TreePhase[];
}

export interface TreePhase {
  readonly id: string;
  readonly title: string;
  readonly tasks: readonly TreeTask[];
}

export interface TreeTask extends TaskText {
  readonly id: string;
  /** `null` until it is written: keys are given then. */
  readonly key: string | null;
  /** `new` until it is written. */
  readonly status: TaskStatus | 'new';
  /** Ids of tasks of this tree, none twice. */
  readonly dependsOn: readonly string[];
  /** Where it stands in the database; `null` for a new one. */
  readonly stored: StoredPlace | null;
}

export interface StoredPlace {
  readonly phaseId: string;
  readonly position: number;
  readonly level: number;
}

export interface TaskText {
  readonly title: string;
  readonly description: string;
  readonly acceptanceCriteria: readonly string[];
  readonly skills: readonly { readonly slug: string; readonly min: number }[];
  /** Higher first. */
  readonly priority: number;
  readonly estimateMinutes: number | null;
}

/** What a running agent gets when its task's text changes: a new run, the news, or nothing. */
export type RunningChoice = 'restart' | 'tell' | 'keep';

/** A tree after an edit, and what the tree itself cannot say. */
export interface EditedTree {
  readonly tree: Tree;
  /** Tasks to be cancelled. They stay in the tree, as history; drafts that go are simply no longer in it. */
  readonly cancelled: ReadonlySet<string>;
  readonly choices: ReadonlyMap<string, RunningChoice>;
  /** Where in the request a task was written, such as `edits[3].task`; for pointing at mistakes. */
  readonly places: ReadonlyMap<string, string>;
}

/** One thing wrong with a requested edit. */
export interface EditIssue {
  /** Place in the request, such as `edits[3].dependsOn[0]`, or the key of a task. */
  readonly path: string;
  readonly message: string;
}

export type Edited = { readonly ok: true; readonly value: EditedTree } | { readonly ok: false; readonly issues: readonly EditIssue[] };

export function tasksOf(tree: Tree): readonly TreeTask[] {
  return tree.phases.flatMap(({ tasks }) => tasks);
}

export function hasEnded(task: Pick<TreeTask, 'status'>): boolean {
  return task.status === 'done' || task.status === 'cancelled';
}

/** A task that never left draft has no history: taken away it is gone, while any other is cancelled. */
export function isDraft(task: Pick<TreeTask, 'status'>): boolean {
  return task.status === 'draft' || task.status === 'new';
}
