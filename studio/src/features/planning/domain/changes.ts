import { levelsOf } from '@maestro/protocol';
import { hasEnded, isDraft, tasksOf } from './tree.js';
import type { EditedTree, RunningChoice, StoredPlace, TaskText, Tree, TreeTask } from './tree.js';

/** What has to be written to make one tree out of another, in the order in which it can be. */
export interface TreeChanges {
  readonly text: { readonly title?: string; readonly goal?: string };
  readonly phases: { readonly made: readonly PlacedPhase[]; readonly changed: readonly PlacedPhase[]; readonly removed: readonly string[] };
  /** Each after everything that it depends on; `rank` is its place among the new tasks of the tree, read from the top. */
  readonly made: readonly { readonly task: TreeTask; readonly place: StoredPlace; readonly rank: number }[];
  readonly rewritten: readonly { readonly id: string; readonly changes: Partial<TaskText>; readonly choice: RunningChoice }[];
  /** Place, order and what only dispatch looks at. */
  readonly placed: readonly { readonly id: string; readonly fields: Partial<StoredPlace & Scheduling> }[];
  readonly rewired: readonly { readonly id: string; readonly dependsOn: readonly string[] }[];
  readonly cancelled: readonly string[];
  readonly removed: readonly string[];
}

interface PlacedPhase {
  readonly id: string;
  readonly title: string;
  readonly position: number;
}

/** What no agent reads: it changes who takes a task and when, not what the task is. */
type Scheduling = Pick<TaskText, 'skills' | 'priority' | 'estimateMinutes'>;

const WORDS = ['title', 'description', 'acceptanceCriteria'] as const satisfies readonly (keyof TaskText)[];
const SCHEDULING = ['skills', 'priority', 'estimateMinutes'] as const satisfies readonly (keyof Scheduling)[];

/** The difference between two trees. Empty in every part when the edit said what is already so. */
export function changesBetween(before: Tree, { tree: after, cancelled, choices }: EditedTree): TreeChanges {
  const earlier = new Map(tasksOf(before).map((task) => [task.id, task]));
  const tasks = tasksOf(after);
  const places = placesOf(after);
  const place = (task: TreeTask): StoredPlace => places.get(task.id) ?? { phaseId: '', position: 0, level: 0 };
  const known = tasks.flatMap((task) => {
    const was = earlier.get(task.id);
    return was === undefined ? [] : [{ task, was }];
  });
  const kept = new Set(tasks.map(({ id }) => id));
  return {
    text: { ...(after.title === before.title ? {} : { title: after.title }), ...(after.goal === before.goal ? {} : { goal: after.goal }) },
    phases: phaseChanges(before, after),
    made: tasks
      .filter(({ id }) => !earlier.has(id))
      .map((task, rank) => ({ task, place: place(task), rank }))
      .sort((a, b) => a.place.level - b.place.level),
    rewritten: known.flatMap(({ task, was }) => {
      // An ended task can change nothing of itself any more; asked as a change of text, its table says so.
      const changes = changedFields(was, task, hasEnded(was) ? [...WORDS, ...SCHEDULING] : WORDS);
      return Object.keys(changes).length === 0 ? [] : [{ id: task.id, changes, choice: choices.get(task.id) ?? 'keep' }];
    }),
    placed: known.flatMap(({ task, was }) => {
      const fields = { ...movedFields(was.stored, place(task)), ...(hasEnded(was) ? {} : changedFields(was, task, SCHEDULING)) };
      return Object.keys(fields).length === 0 ? [] : [{ id: task.id, fields }];
    }),
    rewired: known.flatMap(({ task, was }) => (sameSet(was.dependsOn, task.dependsOn) ? [] : [{ id: task.id, dependsOn: task.dependsOn }])),
    cancelled: tasks.filter(({ id, status }) => cancelled.has(id) && status !== 'cancelled').map(({ id }) => id),
    removed: [...earlier.values()].filter((task) => isDraft(task) && !kept.has(task.id)).map(({ id }) => id),
  };
}

export function isEmpty({ text, phases, made, rewritten, placed, rewired, cancelled, removed }: TreeChanges): boolean {
  return Object.keys(text).length === 0 && [phases.made, phases.changed, phases.removed, made, rewritten, placed, rewired, cancelled, removed].every((list) => list.length === 0);
}

function phaseChanges(before: Tree, after: Tree): TreeChanges['phases'] {
  const earlier = new Map(before.phases.map(({ id, title }, position) => [id, { title, position }]));
  const now = after.phases.map(({ id, title }, position) => ({ id, title, position }));
  return {
    made: now.filter(({ id }) => !earlier.has(id)),
    changed: now.filter(({ id, title, position }) => {
      const was = earlier.get(id);
      return was !== undefined && (was.title !== title || was.position !== position);
    }),
    removed: before.phases.filter(({ id }) => !now.some((phase) => phase.id === id)).map(({ id }) => id),
  };
}

/** Phase, order and level of every task. A task in a circle has no level; such a tree is refused before it gets here. */
function placesOf(tree: Tree): ReadonlyMap<string, StoredPlace> {
  const { levelOf } = levelsOf(tasksOf(tree).map(({ id, dependsOn }) => ({ key: id, dependsOn })));
  return new Map(tree.phases.flatMap((phase) => phase.tasks.map(({ id }, position): [string, StoredPlace] => [id, { phaseId: phase.id, position, level: levelOf.get(id) ?? 0 }])));
}

function changedFields<F extends keyof TaskText>(was: TreeTask, task: TreeTask, fields: readonly F[]): Partial<Pick<TaskText, F>> {
  return Object.fromEntries(fields.flatMap((field) => (same(was[field], task[field]) ? [] : [[field, task[field]]]))) as unknown as Partial<Pick<TaskText, F>>;
}

function movedFields(was: StoredPlace | null, now: StoredPlace): Partial<StoredPlace> {
  const fields = ['phaseId', 'position', 'level'] as const;
  return Object.fromEntries(fields.flatMap((field) => (was?.[field] === now[field] ? [] : [[field, now[field]]])));
}

/** Skills are a set to people, but the order that they were written in is kept, so it counts. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}

/** `{slug, min}` in one order of members: the database gives them back in another. */
function plain(value: unknown): unknown {
  return Array.isArray(value) ? value.map((each: unknown) => (isSkill(each) ? [each.slug, each.min] : each)) : value;
}

function isSkill(value: unknown): value is { slug: string; min: number } {
  return typeof value === 'object' && value !== null && 'slug' in value && 'min' in value;
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each) => b.includes(each));
}
