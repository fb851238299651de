import { refuse } from '@maestro/protocol';
import type { MoveTask, Refused } from '@maestro/protocol';
import type { TaskHappening } from './happening.js';
import type { TaskRecord } from './task.js';

/**
 * What a card that is dropped on a column means (or the "Move to…" menu, which is the same). The state table then decides as for any
 * other event; a move that means nothing is refused with a sentence.
 *
 * @param by who is named as the approver.
 */
export function boardMove(task: TaskRecord, move: MoveTask, by: string): TaskHappening | Refused {
  const note = move.note ?? '';
  const approve = (): TaskHappening | Refused =>
    move.head === undefined
      ? refuse('invalid', 'head_needed', 'Say which head you looked at: approving names it, so that nothing newer slips through.')
      : { event: 'approve', head: move.head, by, note };
  if (move.to === 'cancelled') return { event: 'cancel' };
  switch (task.status) {
    case 'queued':
      if (move.to === 'in_progress') return { event: 'start', session: move.session ?? null };
      break;
    case 'in_progress':
      if (move.to === 'queued') return { event: 'stop', why: note };
      break;
    case 'in_review':
      if (move.to === 'landing') return approve();
      break;
    case 'blocked':
      return unblockingMove(task, move, note, approve) ?? noSuchMove(task, move);
    default:
      break;
  }
  return noSuchMove(task, move);
}

/** Blocked → a column: the one action of its code that leads there. */
function unblockingMove(task: TaskRecord, move: MoveTask, note: string, approve: () => TaskHappening | Refused): TaskHappening | Refused | undefined {
  const { blockedCode, blockedFrom } = task;
  if (move.to === 'landing' && (blockedCode === 'revision_cap' || blockedCode === 'repair_cap' || blockedCode === 'no_verdict' || blockedCode === 'no_progress')) return approve();
  if (move.to === 'done') return blockedCode === 'no_change' ? { event: 'confirm' } : undefined;
  if (move.to === 'queued' && blockedCode === 'dependency_cancelled') return { event: 'drop_dependencies' };
  if (blockedCode === 'stopped' && move.to === blockedFrom) return { event: 'start', session: move.session ?? null };
  if ((blockedCode === 'attempts_exhausted' || blockedCode === 'runs_exhausted') && move.to === blockedFrom) return { event: 'retry', note };
  if (blockedCode === 'no_verdict' && move.to === 'in_review') return { event: 'retry', note };
  const redo = blockedCode === 'revision_cap' || blockedCode === 'repair_cap' || blockedCode === 'no_change' || blockedCode === 'no_progress';
  return redo && move.to === 'in_progress' ? { event: 'retry', note } : undefined;
}

function noSuchMove(task: TaskRecord, move: MoveTask): Refused {
  const words = (status: string): string => status.replaceAll('_', ' ');
  return refuse(
    'conflict',
    'no_such_move',
    `${task.key} cannot be moved from ${words(task.status)} to ${words(move.to)}: only its own work can take it there. Its page lists what you can do.`,
  );
}
