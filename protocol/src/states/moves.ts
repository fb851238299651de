import { ok, refuse } from '../result.js';
import type { Result } from '../result.js';
import type { BlockedCode, TaskStatus } from './task.js';

/** The columns of a board that a card can be moved to. Nothing is moved to draft, and what is blocked is so by its work. */
export const MOVE_TARGETS = ['queued', 'in_progress', 'in_review', 'landing', 'done', 'cancelled'] as const;
export type MoveTarget = (typeof MOVE_TARGETS)[number];

/** What has to be known of a task to say where its card can go. */
export interface MovableTask {
  readonly key: string;
  readonly status: TaskStatus;
  readonly blocked: { readonly code: BlockedCode; readonly from: TaskStatus } | null;
  /** The work that an approval would name; none before something was handed in. */
  readonly head: string | null;
  /** A push is under way or of unknown fate. */
  readonly pushing: boolean;
}

/** What a move means: an event of the task's table, what a person is asked for with it, and where the card is then. */
export interface TaskMove {
  readonly event: 'start' | 'stop' | 'approve' | 'retry' | 'confirm' | 'drop_dependencies' | 'cancel';
  /** `session`: where to run, or anywhere. `head`: the work that was looked at; without it the studio refuses. `note` and `why` may stay empty. */
  readonly asks: 'session' | 'why' | 'head' | 'note' | 'nothing';
  /** A queued task that is started stays queued until a machine has taken it; one that is being pushed ends by the push. */
  readonly becomes: TaskStatus;
}

/**
 * What a card that is dropped on a column means, or "Move to…", which is the same. Studio and browser both ask here, so what a board
 * offers and what the studio takes cannot differ. What it allows, the task's table takes: a test looks at every pair.
 *
 * @returns a refusal with `details.because` where only the column is wrong: the reason alone, for where card and column are in sight.
 */
export function moveOf(task: MovableTask, to: MoveTarget): Result<TaskMove> {
  if (to === 'cancelled' && task.status !== 'done') return ok({ event: 'cancel', asks: 'nothing', becomes: task.pushing && task.status !== 'cancelled' ? 'landing' : 'cancelled' });
  const move = task.blocked === null ? moveOfLive(task.status, to) : moveOfBlocked(task.blocked, to);
  if (move === undefined) return noSuchMove(task, to);
  return move.asks === 'head' && task.head === null ? refuse('conflict', 'nothing_to_approve', 'There is no finished work to approve yet.') : ok(move);
}

const approve: TaskMove = { event: 'approve', asks: 'head', becomes: 'landing' };

function moveOfLive(status: TaskStatus, to: MoveTarget): TaskMove | undefined {
  if (status === 'queued' && to === 'in_progress') return { event: 'start', asks: 'session', becomes: 'queued' };
  if (status === 'in_progress' && to === 'queued') return { event: 'stop', asks: 'why', becomes: 'blocked' };
  return status === 'in_review' && to === 'landing' ? approve : undefined;
}

/** Blocked → a column: the one action of its code that leads there. */
function moveOfBlocked({ code, from }: { readonly code: BlockedCode; readonly from: TaskStatus }, to: MoveTarget): TaskMove | undefined {
  switch (code) {
    case 'attempts_exhausted':
    case 'runs_exhausted':
      return to === from ? { event: 'retry', asks: 'note', becomes: from } : undefined;
    case 'revision_cap':
    case 'repair_cap':
    case 'no_progress':
      return to === 'landing' ? approve : again(to, 'in_progress');
    case 'no_verdict':
      return to === 'landing' ? approve : again(to, 'in_review');
    case 'no_change':
      return to === 'done' ? { event: 'confirm', asks: 'nothing', becomes: 'done' } : again(to, 'in_progress');
    case 'stopped':
      return to === from ? { event: 'start', asks: 'session', becomes: from } : undefined;
    case 'dependency_cancelled':
      return to === 'queued' ? { event: 'drop_dependencies', asks: 'nothing', becomes: 'queued' } : undefined;
    // An answer and a budget are no place on a board.
    case 'budget':
    case 'manual_attention':
      return undefined;
  }
}

function again(to: MoveTarget, stage: 'in_progress' | 'in_review'): TaskMove | undefined {
  return to === stage ? { event: 'retry', asks: 'note', becomes: stage } : undefined;
}

/** How a task comes to a column when nobody moves it there. */
const BY_ITSELF: Readonly<Record<MoveTarget, string>> = {
  queued: 'only what is in progress can be taken back',
  in_progress: 'work begins from queued, and comes back when a review rejects it',
  in_review: 'a review begins by itself when work was handed in',
  landing: 'it lands when a review has approved it',
  done: 'it is done when its work has landed',
  cancelled: 'it has landed',
};

function noSuchMove({ key, status }: MovableTask, to: MoveTarget): Result<never> {
  if (status === 'draft') return refuse('conflict', 'plan_not_active', 'The plan is a draft. Activate it, then tasks start by themselves.');
  if (status === 'done') return refuse('conflict', 'task_done', `${key} has landed. Make a follow-up task instead.`);
  if (status === 'cancelled') return refuse('conflict', 'task_cancelled', `${key} is cancelled. Add it to the plan again instead.`);
  const words = (name: string): string => name.replaceAll('_', ' ');
  const because = BY_ITSELF[to];
  return refuse('conflict', 'no_such_move', `${key} cannot be moved from ${words(status)} to ${words(to)}: ${because}. Its page lists what you can do.`, { because });
}
