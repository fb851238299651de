import { moveOf } from '@maestro/protocol';
import type { MoveTarget, Refusal, TaskMove, TaskStatus, TaskView } from '@maestro/protocol';

/** What waits for a person comes first, and what is over last. A draft stands alone: nothing else is there before a plan is activated. */
export type ColumnId = 'draft' | 'blocked' | MoveTarget;

const ORDER: readonly ColumnId[] = ['blocked', 'draft', 'queued', 'in_progress', 'in_review', 'landing', 'done', 'cancelled'];

export interface Column {
  readonly id: ColumnId;
  readonly tasks: readonly TaskView[];
}

/**
 * The board: every column that a card may be in, with its cards.
 *
 * @param starting ids of queued tasks that somebody has started and no machine has taken yet: shown where they are going.
 */
export function columnsOf(tasks: readonly TaskView[], starting: ReadonlySet<string> = new Set()): readonly Column[] {
  const cards = new Map<ColumnId, TaskView[]>(ORDER.map((id) => [id, []]));
  for (const task of tasks) cards.get(columnOf(task, starting))?.push(task);
  return ORDER.flatMap((id) => {
    const found = cards.get(id) ?? [];
    return id === 'draft' && found.length === 0 ? [] : [{ id, tasks: found.toSorted(isOver(id) ? lastFirst : inOrder) }];
  });
}

export function columnOf({ id, status }: Pick<TaskView, 'id' | 'status'>, starting: ReadonlySet<string> = new Set()): TaskStatus {
  return status === 'queued' && starting.has(id) ? 'in_progress' : status;
}

const isOver = (id: ColumnId): boolean => id === 'done' || id === 'cancelled';

/** As the work is due: what can begin first, then what matters more, then as the plan says. */
function inOrder(a: TaskView, b: TaskView): number {
  return a.level - b.level || b.priority - a.priority || a.position - b.position || (a.key < b.key ? -1 : 1);
}

function lastFirst(a: TaskView, b: TaskView): number {
  return a.updatedAt === b.updatedAt ? inOrder(a, b) : a.updatedAt < b.updatedAt ? 1 : -1;
}

/** What a column says to a card that is held over it. */
export type Drop = { readonly takes: true; readonly to: MoveTarget; readonly move: TaskMove } | { readonly takes: false; readonly sentence: string };

/** `undefined` for the column that the card is in: there is nothing to say. */
export function dropOn(task: TaskView, column: ColumnId, from: ColumnId): Drop | undefined {
  if (column === from) return undefined;
  if (column === 'draft') return { takes: false, sentence: 'The plan is active: nothing in it becomes a draft again.' };
  if (column === 'blocked') return { takes: false, sentence: 'Nothing is moved here. Stop a task that is in progress, and it waits here.' };
  const move = moveOf(task, column);
  return move.ok ? { takes: true, to: column, move: move.value } : { takes: false, sentence: reasonOf(move.refusal) };
}

/** The reason alone where there is one: which card and which column is seen. */
function reasonOf({ sentence, details }: Refusal): string {
  const because = details?.['because'];
  return typeof because === 'string' ? `${because.slice(0, 1).toUpperCase()}${because.slice(1)}.` : sentence;
}

/** Every column that a card can be moved to, or why not, in the order of the board. */
export function dropsOf(task: TaskView, from: ColumnId): readonly { readonly column: MoveTarget; readonly drop: Drop }[] {
  return ORDER.flatMap((column) => {
    if (column === 'draft' || column === 'blocked') return [];
    const drop = dropOn(task, column, from);
    return drop === undefined ? [] : [{ column, drop }];
  });
}

export type Direction = 'up' | 'down' | 'left' | 'right';

/** The card beside one: the next in its column, or at the same height in the next column that has any. Without a card, the first of the board. */
export function cardBeside(columns: readonly Column[], taskId: string | undefined, direction: Direction): TaskView | undefined {
  const at = columns.findIndex(({ tasks }) => tasks.some(({ id }) => id === taskId));
  const column = columns[at];
  if (column === undefined) return columns.find(({ tasks }) => tasks.length > 0)?.tasks[0];
  const index = column.tasks.findIndex(({ id }) => id === taskId);
  if (direction === 'up' || direction === 'down') return column.tasks[index + (direction === 'down' ? 1 : -1)];
  const others = direction === 'right' ? columns.slice(at + 1) : columns.slice(0, at).toReversed();
  const next = others.find(({ tasks }) => tasks.length > 0);
  return next?.tasks[Math.min(index, next.tasks.length - 1)];
}
