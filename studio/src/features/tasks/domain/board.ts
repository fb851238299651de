import { moveOf, refuse } from '@maestro/protocol';
import type { MovableTask, MoveTask, Refused } from '@maestro/protocol';
import type { TaskHappening } from './happening.js';
import type { TaskRecord } from './task.js';

/**
 * What a card that is dropped on a column means (or the "Move to…" menu, which is the same), as the protocol says it for both ends. The
 * state table then decides as for any other event.
 *
 * @param by who is named as the approver.
 */
export function boardMove(task: TaskRecord, move: MoveTask, by: string): TaskHappening | Refused {
  const meant = moveOf(movable(task), move.to);
  if (!meant.ok) return meant;
  const note = move.note ?? '';
  const { event } = meant.value;
  switch (event) {
    case 'start':
      return { event, session: move.session ?? null };
    case 'stop':
      return { event, why: note };
    case 'retry':
      return { event, note };
    case 'approve':
      return move.head === undefined
        ? refuse('invalid', 'head_needed', 'Say which head you looked at: approving names it, so that nothing newer slips through.')
        : { event, head: move.head, by, note };
    case 'confirm':
    case 'drop_dependencies':
    case 'cancel':
      return { event };
  }
}

function movable({ key, status, blockedCode, blockedFrom, head, intent }: TaskRecord): MovableTask {
  return { key, status, blocked: blockedCode === null || blockedFrom === null ? null : { code: blockedCode, from: blockedFrom }, head, pushing: intent !== null };
}
