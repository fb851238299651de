import type { FactsOf, Policy, taskEvents, TaskEvent } from '@maestro/protocol';
import type { TaskHappening } from './happening.js';
import type { TaskRecord } from './task.js';

export type TaskFacts<E extends TaskEvent = TaskEvent> = FactsOf<(typeof taskEvents)[E]>;

/** The facts that the task table asks for, looked up in the record and the policy. */
export function factsOf(task: TaskRecord, happening: TaskHappening, policy: Policy): Readonly<Record<string, string | boolean>> {
  const pushing = task.intent !== null;
  const cancelRequested = task.cancelRequestedAt !== null;
  switch (happening.event) {
    case 'produced':
      return { tree: producedTree(task, happening) };
    case 'approved':
      return { current: task.head === happening.head && task.base === happening.base && task.textVersion === happening.textVersion };
    case 'rejected':
      return { capReached: task.revisions >= policy.revisionCap + task.grantedRevisions };
    case 'no_verdict':
      return { again: task.noVerdicts > 0 };
    case 'conflict':
      return { cancelRequested, capReached: repairsUsedUp(task, policy) };
    case 'result_failed':
      return { cancelRequested, tipPasses: happening.tipPasses, capReached: repairsUsedUp(task, policy) };
    case 'overlapped':
    case 'tip_moved':
    case 'epic_lacks':
      return { cancelRequested };
    case 'run_failed':
      return { attemptsLeft: happening.attempts < policy.maxAttempts };
    case 'runs_exhausted':
    case 'budget_spent':
    case 'stop':
    case 'cancel':
      return { pushing };
    case 'run_resumed':
      return { working: happening.working };
    case 'text_edited':
      return { pushing, choice: happening.choice };
    case 'subtask_waited':
      return { childNeedsParent: happening.childNeedsParent };
    case 'approve':
      return { headCurrent: task.head !== null && task.head === happening.head };
    default:
      return {};
  }
}

/** `unchanged`: the work equals what it started from. `as_rejected`: it equals what the last reviewer turned down. */
function producedTree(task: TaskRecord, work: { tree: string; baseTree: string }): 'unchanged' | 'as_rejected' | 'changed' {
  if (work.tree === work.baseTree) return 'unchanged';
  return work.tree === task.rejectedTree ? 'as_rejected' : 'changed';
}

function repairsUsedUp(task: TaskRecord, policy: Policy): boolean {
  return task.repairs >= policy.repairCap + task.grantedRepairs;
}
