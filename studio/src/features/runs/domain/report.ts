import type { RunStatus } from '@maestro/protocol';

/*
 * Who may say what about a run. A session holds a run under an epoch that it was given by a claim, or by a `hello` that brought the run
 * back. Each such grant is recorded, so every report names exactly one of them, or none and is refused.
 */

/** The run as it stands. */
export interface HeldAs {
  readonly status: RunStatus;
  readonly epoch: number;
  readonly session: string | null;
}

/** The grant that a report names, as recorded; `undefined` when this session was never given this epoch. */
export interface Grant {
  readonly session: string;
  readonly epoch: number;
}

/** Statuses under which the present epoch may write. */
const LEASED: readonly RunStatus[] = ['claimed', 'running'];

/** Whether a report under this grant may change the run as its holder: only under the present epoch, and only while the lease stands. */
export function holds(run: HeldAs, grant: Grant): boolean {
  return LEASED.includes(run.status) && run.epoch === grant.epoch && run.session === grant.session;
}

/** As {@link holds}, also while the run waits: a second reason may join, and an agent may turn out to have ended already. */
export function holdsOrWaits(run: HeldAs, grant: Grant): boolean {
  return holds(run, grant) || (run.status === 'waiting' && run.epoch === grant.epoch);
}
