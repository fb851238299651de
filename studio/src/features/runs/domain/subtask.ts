import { refuse } from '@maestro/protocol';
import type { Refused } from '@maestro/protocol';

/** Subtasks that one run may ask for. */
const MOST_SUBTASKS = 5;
/** How deep subtasks may nest: a task of the plan has depth 0. */
const DEEPEST = 2;

export interface SubtaskFacts {
  readonly hasTask: boolean;
  /** The task is in progress, in review or landing: not waiting for a subtask already, not blocked. */
  readonly taskAtWork: boolean;
  readonly planStatus: string;
  readonly parentDepth: number;
  readonly askedBefore: number;
}

/** Whether a run may ask for one more subtask. Budget is looked at when the child is due, like that of any task. */
export function mayAddSubtask({ hasTask, taskAtWork, planStatus, parentDepth, askedBefore }: SubtaskFacts): Refused | undefined {
  if (!hasTask) return refuse('unprocessable', 'no_task', 'Only a run that works on a task may ask for a subtask.');
  if (!taskAtWork) return refuse('conflict', 'task_not_at_work', 'The task waits already, so it can ask for nothing more. End your turn now.');
  if (planStatus !== 'active' && planStatus !== 'paused') return refuse('conflict', 'plan_closed', 'The plan takes no more tasks. Finish the work as it is, and say in the final message what is missing.');
  if (parentDepth >= DEEPEST) return refuse('unprocessable', 'too_deep', `Subtasks may be nested ${DEEPEST} deep. Do this part yourself.`);
  if (askedBefore >= MOST_SUBTASKS) return refuse('unprocessable', 'too_many_subtasks', `A run may ask for ${MOST_SUBTASKS} subtasks. Do the rest yourself.`);
  return undefined;
}
