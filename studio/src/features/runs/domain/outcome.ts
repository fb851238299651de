import { FailureClass } from '@maestro/protocol';
import type { OutcomeKind, Purpose, RunEvent, RunOutcome, RunStatus } from '@maestro/protocol';

/** The outcomes that a run of each purpose may have besides failing. */
const FITTING: Readonly<Record<Purpose, readonly OutcomeKind[]>> = {
  implement: ['produced', 'yielded'],
  review: ['judged'],
  merge: ['merged', 'epic_lacks', 'overlapped', 'tip_moved', 'conflict', 'result_failed', 'not_granted'],
  plan: ['proposed'],
  bootstrap_epic: ['bootstrapped'],
  release: ['released', 'release_refused', 'not_granted'],
  release_cleanup: ['cleaned'],
  repo_analysis: ['analysed'],
};

/** Outcomes of work that came to nothing. They cost an attempt, unless they come late. */
export type Failure = Extract<RunOutcome, { kind: 'failed' | 'timed_out' | 'stalled' }>;

export function isFailure(outcome: RunOutcome): outcome is Failure {
  return outcome.kind === 'failed' || outcome.kind === 'timed_out' || outcome.kind === 'stalled';
}

/**
 * The outcome as it counts for a run of this purpose. What does not fit the purpose is a failure of its daemon, not work: a verdict
 * handed in by an implement run must never count as a review.
 */
export function fittingOutcome(purpose: Purpose, outcome: RunOutcome): RunOutcome {
  if (isFailure(outcome) || FITTING[purpose].includes(outcome.kind)) return outcome;
  return { kind: 'failed', class: FailureClass.protocol, sentence: `A ${purpose} run cannot end with "${outcome.kind}".` };
}

/**
 * What counts of an outcome when the stage is to begin anew: work that was ended in the moment of the wish stands, unless the text that it
 * answers is gone. It is then a beginning for whoever goes on.
 */
export function outcomeOfRestart(outcome: RunOutcome, { asked, textIsGone }: { readonly asked: boolean; readonly textIsGone: boolean }): RunOutcome {
  return asked && textIsGone && outcome.kind === 'produced' ? { kind: 'yielded', head: outcome.head } : outcome;
}

/** The failure class that a failure has for statistics and for choosing the next machine. */
export function classOf(failure: Failure): FailureClass {
  switch (failure.kind) {
    case 'failed':
      return failure.class;
    case 'timed_out':
      return FailureClass.timeout;
    case 'stalled':
      return FailureClass.stalled;
  }
}

export type EndEvent = Extract<RunEvent, 'finish' | 'fail' | 'time_out' | 'stall' | 'yield' | 'could_not_start'>;

/** The run table's event for an outcome. A run that fails before it started could not start. */
export function endEventOf(outcome: RunOutcome, status: RunStatus): EndEvent {
  switch (outcome.kind) {
    case 'failed':
      return status === 'claimed' ? 'could_not_start' : 'fail';
    case 'timed_out':
      return 'time_out';
    case 'stalled':
      return 'stall';
    case 'yielded':
      return 'yield';
    default:
      return 'finish';
  }
}
