import type { Policy } from '@maestro/protocol';

/** What is known of a run at one moment. Milliseconds that its machine was awake. */
export interface Observation {
  /** Since the work began, this claim. */
  readonly runningMs: number;
  /** How long the run has been fenced; 0 when it is not. */
  readonly fencedMs: number;
  /** Absent while no agent works. */
  readonly agent:
    | {
        readonly idleMs: number;
        /** A tool call is under way and something that the agent started is alive: a long build says nothing for long. */
        readonly busyWithTool: boolean;
        readonly manual: boolean;
      }
    | undefined;
}

export type Alarm =
  | { readonly kind: 'overdue'; readonly why: 'timed_out' | 'stalled'; readonly minutes: number }
  | { readonly kind: 'offline_too_long'; readonly minutes: number };

const MINUTE = 60_000;

/** Whether time says that the run must end. Time spent waiting is not in `runningMs`; a person at work has all the time they need. */
export function alarmOf(seen: Observation, policy: Pick<Policy, 'runTimeoutMinutes' | 'stallMinutes' | 'offlineMinutes'>): Alarm | undefined {
  if (seen.fencedMs >= policy.offlineMinutes * MINUTE) return { kind: 'offline_too_long', minutes: policy.offlineMinutes };
  if (seen.agent?.manual === true) return undefined;
  if (seen.runningMs >= policy.runTimeoutMinutes * MINUTE) return { kind: 'overdue', why: 'timed_out', minutes: policy.runTimeoutMinutes };
  const silent = seen.agent !== undefined && !seen.agent.busyWithTool && seen.agent.idleMs >= policy.stallMinutes * MINUTE;
  return silent ? { kind: 'overdue', why: 'stalled', minutes: policy.stallMinutes } : undefined;
}
