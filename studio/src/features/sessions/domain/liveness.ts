import { sessionTable, transition } from '@maestro/protocol';
import type { SessionEffect, SessionEvent, SessionStatus } from '@maestro/protocol';

/** A decided step of a session. */
export interface SessionStep {
  readonly from: SessionStatus;
  readonly to: SessionStatus;
  readonly changed: boolean;
  readonly effects: readonly SessionEffect[];
}

/** Asks the session table. The only place that names a session's next status; the table refuses nothing. */
export function stepSession(from: SessionStatus, event: SessionEvent): SessionStep {
  const outcome = transition(sessionTable, { state: from }, event, {});
  if (outcome.kind !== 'moved') throw new Error(`session.impossible: ${from} + ${event}`);
  return { from, to: outcome.to, changed: outcome.changed, effects: outcome.effects };
}

/** Beats after which one is missing for certain: half a beat is left for the way. */
const MISSED = 1.5;
/** Beats after which the session's leases are over too: a lease is three beats long. */
const GONE = 3;

/**
 * What silence means.
 *
 * @param silentSeconds since the session was last heard of.
 * @param beatSeconds how often it has to report: every 5 s while it holds leases, else every 30 s.
 */
export function silenceEvent(status: SessionStatus, silentSeconds: number, beatSeconds: number): SessionEvent | undefined {
  if (status === 'offline') return undefined;
  if (silentSeconds > beatSeconds * GONE) return 'lease_over';
  return silentSeconds > beatSeconds * MISSED && status === 'online' ? 'heartbeat_missed' : undefined;
}
