import type { TaskStatus } from './task.js';

/** A phase groups tasks for people. Its state is never stored: it follows from its tasks, so it cannot disagree with them. */
export const PhaseStatus = { empty: 'empty', waiting: 'waiting', active: 'active', blocked: 'blocked', done: 'done' } as const;
export type PhaseStatus = (typeof PhaseStatus)[keyof typeof PhaseStatus];

/** `done` when every task has ended, `blocked` when one needs a person, `active` when one has moved, else `waiting`. */
export function phaseStatus(tasks: readonly TaskStatus[]): PhaseStatus {
  if (tasks.length === 0) return PhaseStatus.empty;
  if (tasks.every((status) => status === 'done' || status === 'cancelled')) return PhaseStatus.done;
  if (tasks.includes('blocked')) return PhaseStatus.blocked;
  return tasks.every((status) => status === 'draft' || status === 'queued') ? PhaseStatus.waiting : PhaseStatus.active;
}
