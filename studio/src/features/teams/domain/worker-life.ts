import { transition, workerTable } from '@maestro/protocol';
import type { SessionStatus, WorkerEnd, WorkerEvent, WorkerStatus } from '@maestro/protocol';
import { WORKER_ENDS } from '@maestro/protocol';

/** A decided step of a worker. */
export interface WorkerStep {
  readonly from: WorkerStatus;
  readonly to: WorkerStatus;
  readonly changed: boolean;
  /** Set by the step that ends it. */
  readonly endedBy: WorkerEnd | null;
  /** The channel gets a line about it. */
  readonly noteEnd: boolean;
}

/**
 * Asks the worker's table; the only place that names a worker's next status.
 *
 * @throws Error `worker.impossible` when the table says that this cannot happen.
 */
export function stepWorker(from: WorkerStatus, event: WorkerEvent, busy = false): WorkerStep {
  const outcome = transition(workerTable, { state: from }, event, event === 'heard' ? { busy } : ({} as never));
  if (outcome.kind !== 'moved') throw new Error(`worker.impossible: ${from} + ${event}`);
  const ended = outcome.changed && outcome.to === 'ended';
  return { from, to: outcome.to, changed: outcome.changed, endedBy: ended ? (WORKER_ENDS.find((end) => end === event) ?? null) : null, noteEnd: outcome.effects.includes('note_end') };
}

/** What is known about a worker when somebody looks. */
export interface WorkerFacts {
  readonly status: WorkerStatus;
  /** Of its session; null while it has none. */
  readonly session: SessionStatus | null;
  /** Its session left on purpose after the worker was admitted. */
  readonly left: boolean;
  /** Since its session was last heard of. */
  readonly silentSeconds: number;
  /** A run is claimed or running there. */
  readonly busy: boolean;
  /** Since its place was given. */
  readonly ageSeconds: number;
}

/** A process that has said nothing for this long did not come up. Starting Node and asking the keyring takes two or three. */
const COMES_WITHIN_SECONDS = 60;
/** A connection that is made anew is gone for a moment, and nobody need be told. The shortest beat is as long. */
const SILENT_AFTER_SECONDS = 5;

/** What a look at a worker amounts to, as the event to step by; `undefined` when nothing has happened. Silence is about heartbeats, never about what an agent prints. */
export function seenEvent({ status, session, left, silentSeconds, busy, ageSeconds }: WorkerFacts): WorkerEvent | undefined {
  if (status === 'ended') return undefined;
  if (status === 'spawned') return session === null && ageSeconds > COMES_WITHIN_SECONDS ? 'never_came' : undefined;
  if (left) return 'left';
  if (session !== 'online' && session !== 'draining') return status === 'silent' || silentSeconds < SILENT_AFTER_SECONDS ? undefined : 'beat_missed';
  if (status === 'silent') return 'heard';
  if (busy) return status === 'working' ? undefined : 'began';
  return status === 'working' ? 'rested' : undefined;
}

/** Why it ended, for people. */
export function endSentence(name: string, end: WorkerEnd, why: string): string {
  switch (end) {
    case 'left':
      return `${name} has left.`;
    case 'not_started':
      return `${name} could not be started: ${why}`;
    case 'never_came':
      return `${name} was started and never connected. Its log on the lead's machine says why.`;
    case 'exited':
      return `${name} has ended: ${why}`;
    case 'killed':
      return `${name} was killed: ${why} Others take over what it was at.`;
    case 'team_closed':
      return `${name} ended with its team: ${why}`;
  }
}
