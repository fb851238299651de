import type { Reader, Tx } from '../../platform/database/index.js';
import type { PlanContext } from './domain/context.js';

export interface TaskCounts {
  readonly total: number;
  /** Neither done nor cancelled; drafts count. */
  readonly open: number;
  readonly done: number;
  readonly cancelled: number;
}

/**
 * What a plan asks of its tasks in the transaction of its own step. Tasks are above plans, so the arrow is turned round here: `tasks`
 * provides this token, and plans look it up when they need it.
 */
export abstract class PlanTasks {
  abstract counts(reader: Reader, planId: string): Promise<TaskCounts>;
  abstract hasCycle(reader: Reader, planId: string): Promise<boolean>;
  /** Every draft task is activated. */
  abstract queueDrafts(tx: Tx, planId: string, context: PlanContext): Promise<void>;
  /** Every open task is cancelled; one that is past pushing ends by its outcome. */
  abstract cancelAll(tx: Tx, planId: string, context: PlanContext): Promise<void>;
}

/** What a plan asks of the runs of its tasks and of its own, likewise. Provided by `runs`. */
export abstract class PlanRuns {
  /** Runs on offer are withdrawn, and every waiting run waits for the plan too (reason `plan`). */
  abstract withdrawOffers(tx: Tx, planId: string, context: PlanContext): Promise<void>;
  /** Agents at work are asked to checkpoint and wait with this reason; a merge or release past pushing goes on. */
  abstract hold(tx: Tx, planId: string, reason: 'plan', context: PlanContext): Promise<void>;
  /** Takes the reason away from waiting runs; those that have none left are on offer again. */
  abstract releaseReason(tx: Tx, planId: string, reason: 'plan', context: PlanContext): Promise<void>;
  /** The plan's own live runs are cancelled: bootstrap, release, architect. Not its tasks' runs, which end with their tasks. */
  abstract cancelPlanRuns(tx: Tx, planId: string, context: PlanContext): Promise<void>;
}
