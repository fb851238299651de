import { Purpose } from '@maestro/protocol';
import type { PlanStatus } from '@maestro/protocol';

/** A plan as far as it decides which runs of its own are due. */
export interface OwnFacts {
  readonly status: PlanStatus;
  /** Its project or workspace is. */
  readonly paused: boolean;
  readonly epicReady: boolean;
  /** `bootstrap_failed` stands: a person has to say "retry". */
  readonly bootstrapFailed: boolean;
  /** Purposes of its own runs that are live: dispatched, claimed, running, waiting, or lost and in grace. */
  readonly liveRuns: readonly Purpose[];
  /** Backing off after a failure, in seconds. */
  readonly restsSeconds: number;
  /** A push of the release was granted and its fate is not known. */
  readonly releasePushing: boolean;
  /** The chat's last words are a person's, or a proposal's problems that the architect is to repair. */
  readonly architectAsked: boolean;
  /** The released plan's branches and lanes are still there. */
  readonly cleanupLeft: boolean;
}

/** The purposes for which the plan itself may have a run now. */
export function ownRunsDue(plan: OwnFacts): readonly Purpose[] {
  if (plan.restsSeconds > 0) return [];
  return wanted(plan).filter((purpose) => !plan.liveRuns.includes(purpose));
}

function wanted({ status, paused, epicReady, bootstrapFailed, releasePushing, architectAsked, cleanupLeft }: OwnFacts): readonly Purpose[] {
  const talk = architectAsked ? [Purpose.plan] : [];
  // A granted push of the release is followed up whatever the plan says meanwhile: somebody has to read the base.
  const follow = releasePushing ? [Purpose.release] : [];
  if (paused) return follow;
  switch (status) {
    case 'draft':
      return talk;
    case 'active':
      return [...(epicReady || bootstrapFailed ? [] : [Purpose.bootstrapEpic]), ...follow, ...talk];
    case 'paused':
      return [...follow, ...talk];
    case 'releasing':
      return [Purpose.release];
    case 'completed':
      return cleanupLeft ? [Purpose.releaseCleanup] : [];
    case 'cancelled':
    case 'archived':
      return [];
  }
}
