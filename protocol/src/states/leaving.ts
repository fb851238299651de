import type { RunStatus } from './run.js';
import type { Standing } from './table.js';
import { stageOf, type TaskState } from './task.js';

/**
 * Which of a task's live runs end with a step of the task, in the same transaction (except the run whose end caused the step).
 *
 * Leaving a stage, or ending, cancels all of them. Being *blocked* stops what is at work but keeps what is lost or waits: a lost run
 * may still hold finished work, and a waiting one is what the block is about. A person's stop spares nothing.
 */
export function runsThatEnd(before: Standing<TaskState>, after: TaskState): readonly RunStatus[] {
  if (before.state === after) return [];
  const all: readonly RunStatus[] = ['dispatched', 'claimed', 'running', 'waiting', 'lost'];
  if (after === 'blocked/stopped' || after === 'blocked/dependency_cancelled') return all;
  // The run that asked, or spent the budget, is told to wait by the row's effect; only offers are taken back.
  if (after === 'blocked/manual_attention' || after === 'blocked/budget') return ['dispatched'];
  if (after.startsWith('blocked/')) return ['dispatched', 'claimed', 'running'];
  const stage = stageOf(before.state) ?? (before.origin === undefined ? undefined : stageOf(before.origin));
  const yielded = before.state === 'in_progress' && after === 'queued';
  return stage !== undefined && stageOf(after) === stage && !yielded ? [] : all;
}
