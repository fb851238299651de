import type { PlanStatus, Policy, TaskStatus } from '@maestro/protocol';

/** What a merge run asks before it pushes. */
export interface PushAsked {
  /** The head whose merge it computed. */
  readonly head: string;
  /** The epic's tip differs from the one that the approved review saw. */
  readonly tipMoved: boolean;
}

export interface TaskSays {
  readonly status: TaskStatus;
  readonly cancelRequested: boolean;
  readonly textVersion: number;
  readonly approval: { readonly head: string; readonly textVersion: number } | null;
}

export interface PlanSays {
  readonly status: PlanStatus;
  /** `stop: true` of a pause: agents stop after a checkpoint, and so do merges that have not begun to push. */
  readonly stopRequested: boolean;
}

/** `review`: hand the paths back for another review instead of computing again. */
export type PushAnswer = { readonly granted: true } | { readonly granted: false; readonly reason: string; readonly review: boolean };

/**
 * May this merge be pushed? Only while task and plan still say so and the approval still names this head and text. Class overlap never
 * gets here: the daemon ends such a run with `overlapped` instead of asking.
 */
export function mayPushMerge(asked: PushAsked, task: TaskSays, plan: PlanSays, policy: Pick<Policy, 'deltaReview'>): PushAnswer {
  // A pause without stop lets what is at work finish and count; a plan that ended or is released merges nothing more.
  const planAllows = plan.status === 'active' || (plan.status === 'paused' && !plan.stopRequested);
  if (!planAllows) return no(`plan_${plan.status}`);
  if (task.status !== 'landing') return no('task_not_landing');
  if (task.cancelRequested) return no('cancel_requested');
  if (task.approval === null) return no('not_approved');
  if (task.approval.head !== asked.head) return no('head_changed');
  if (task.approval.textVersion !== task.textVersion) return no('text_changed');
  if (asked.tipMoved && policy.deltaReview === 'always') return { granted: false, reason: 'review_again', review: true };
  return { granted: true };
}

/** May this release be pushed? Only while the plan is being released. */
export function mayPushRelease(plan: PlanSays): PushAnswer {
  return plan.status === 'releasing' ? { granted: true } : no(`plan_${plan.status}`);
}

function no(reason: string): PushAnswer {
  return { granted: false, reason, review: false };
}
