import type { PlanStatus, WaitReason } from '@maestro/protocol';

/** What a waiting run's reasons are held against. */
export interface WaitFacts {
  readonly reasons: readonly WaitReason[];
  /** `quota`: the moment at which the agent's limit is renewed has passed. */
  readonly untilPassed: boolean;
  /** `human`: the question is still open. */
  readonly questionOpen: boolean;
  /** `budget`: the task, or the plan, is still stopped by it. */
  readonly budgetStops: boolean;
  readonly planStatus: PlanStatus | undefined;
  /** Runs of the plan chat go on while the plan is paused. */
  readonly mindsPause: boolean;
}

export interface WaitVerdict {
  readonly gone: readonly WaitReason[];
  /** A pause holds back whatever else would go on now. */
  readonly add: readonly WaitReason[];
}

/**
 * Which reasons hold no longer. Each is taken away by whoever ends it, too; this is the poll behind that, and it settles what crossed on
 * the way: a daemon that waits for a plan which has been resumed meanwhile must not wait for ever.
 */
export function settleReasons({ reasons, untilPassed, questionOpen, budgetStops, planStatus, mindsPause }: WaitFacts): WaitVerdict {
  const paused = planStatus === 'paused' && mindsPause;
  const holds: Readonly<Record<WaitReason, boolean>> = { quota: !untilPassed, human: questionOpen, budget: budgetStops, plan: paused, restart: true };
  return {
    gone: reasons.filter((reason) => !holds[reason]),
    add: paused && !reasons.includes('plan') ? ['plan'] : [],
  };
}

/** For a limit whose renewal nobody could name: looked at again after this many seconds. */
const UNKNOWN_SECONDS = 300;

/** For a renewal that has passed already. The agent has just refused to go on, so that asking it at once would ask it again and again. */
const PASSED_SECONDS = 60;

/**
 * Until when a run waits for a limit to be renewed, as ISO 8601.
 *
 * @param told what the agent said, if it said when. By a machine's clock, and perhaps over by the time at which it is told here.
 * @param now of the database.
 */
export function renewalOf(told: string | undefined, now: Date): string {
  const after = (seconds: number): string => new Date(now.getTime() + seconds * 1_000).toISOString();
  if (told === undefined) return after(UNKNOWN_SECONDS);
  return Date.parse(told) > now.getTime() ? told : after(PASSED_SECONDS);
}
