import type { HeldRun, Result } from '@maestro/protocol';
import type { Tx } from '../../platform/database/index.js';
import type { SessionRecord } from './domain/session.js';

/** What a machine is told about one run that it still holds. */
export type Settled =
  | { readonly run: string; readonly decision: 'continue'; readonly epoch: number }
  | { readonly run: string; readonly decision: 'stop'; readonly why: string }
  | { readonly run: string; readonly decision: 'report' };

export interface Renewal {
  /** Runs that the session may no longer hold: it stops them. */
  readonly invalid: readonly string[];
  /** Some were lost though the session still has them: a hello brings them back. */
  readonly lost: boolean;
}

/**
 * What a session asks of its runs. Runs are above sessions, so the arrow is turned round here: `runs` provides this token, and sessions
 * look it up when they need it.
 */
export abstract class SessionRuns {
  /** Settles every run that the machine still holds, and those it should hold and does not. Each in a transaction of its own. */
  abstract settle(session: string, held: readonly HeldRun[]): Promise<readonly Settled[]>;
  /** Renews the listed leases in one statement, by the database's clock. */
  abstract renew(tx: Tx, session: string, held: readonly { readonly run: string; readonly epoch: number }[]): Promise<Renewal>;
  /** Runs on offer to the session are withdrawn. */
  abstract withdrawOffers(tx: Tx, session: string): Promise<void>;
  /** The session's leases end now, and cannot be renewed: its member may not work here any more. */
  abstract revoke(tx: Tx, session: string): Promise<void>;
  /** Gives every live lease and offer its whole time again: no studio was there to renew them. */
  abstract extendAll(tx: Tx): Promise<void>;
}

/** Who may be whose worker. Provided by `teams`, and looked up like the runs. */
export abstract class SessionSeats {
  /** Refused unless the channel's team has a place for this session; the hello is refused with it. */
  abstract admit(tx: Tx, session: SessionRecord, channel: string): Promise<Result<void>>;
}
