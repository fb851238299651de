import type { Actor, RunStatus, WaitReason } from '@maestro/protocol';
import type { Tx } from '../../platform/database/index.js';
import type { Approval, TaskRecord } from './domain/task.js';

/**
 * What a task asks of its runs in the transaction of its own step. Runs are above tasks, so the arrow is turned round here: `runs`
 * provides this token, and tasks look it up when they need it. Rejected: telling runs by event; a cancelled task's run could then still push.
 */
export abstract class TaskRuns {
  /** Ends the task's live runs in these states, except the one whose end caused the step. */
  abstract end(tx: Tx, taskId: string, statuses: readonly RunStatus[], options: { readonly except: string | null; readonly why: string }): Promise<void>;
  /** Asks the working runs to checkpoint and wait. */
  abstract hold(tx: Tx, taskId: string, reason: WaitReason, question?: string): Promise<void>;
  /** Ends the task's live runs because their stage begins anew. One that writes ends when it has saved its work, so that whoever goes on finds it. */
  abstract restart(tx: Tx, taskId: string, why: string): Promise<void>;
  /** Takes a reason away from waiting runs; those that have none left are on offer again. */
  abstract release(tx: Tx, taskId: string, reason: WaitReason): Promise<void>;
  abstract steer(tx: Tx, taskId: string, text: string): Promise<void>;
}

/** Where judgements are kept. A review run's is written by whoever reads its verdict; a person's is told here. Provided by `reviews`. */
export abstract class TaskReviews {
  abstract personApproved(tx: Tx, task: TaskRecord, approval: Approval, note: string, actor: Actor): Promise<void>;
}
