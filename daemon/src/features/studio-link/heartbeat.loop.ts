import { METHODS } from '@maestro/protocol';
import type { CancelTimer, Clock } from '../../platform/clock.js';
import type { Connection } from './connection.js';
import type { LeaseBook } from './domain/lease-book.js';
import type { LinkHandler } from './link.types.js';

export interface HeartbeatOptions {
  readonly connection: Connection;
  readonly leases: LeaseBook;
  readonly handler: Pick<LinkHandler, 'invalid' | 'freeSlots'>;
  readonly clock: Clock;
  /** Milliseconds between beats while leases are held, and without. */
  readonly busyMs: number;
  readonly idleMs: number;
}

/** A beat that nobody answers in this time means a link that is open on one side only. Below lease minus fence, so that a new link can still renew. */
const ANSWER_MS = 4_000;

/** Triggered by time: renews the leases of a session, and finds out when the link is dead. */
export class Heartbeat {
  private cancelTimer: CancelTimer = () => undefined;
  private lastBeat: number;
  private beating = false;
  private stopped = false;

  constructor(private readonly options: HeartbeatOptions) {
    this.lastBeat = options.clock.steady();
  }

  start(): void {
    this.reschedule();
  }

  stop(): void {
    this.stopped = true;
    this.cancelTimer();
  }

  reschedule(): void {
    if (this.stopped || this.beating) return;
    const { clock, leases, busyMs, idleMs } = this.options;
    const every = leases.held().length > 0 ? busyMs : idleMs;
    this.cancelTimer();
    this.cancelTimer = clock.after(Math.max(0, this.lastBeat + every - clock.steady()), () => void this.beat());
  }

  /** Never rejects: whatever goes wrong ends the connection, and the link makes a new one. */
  private async beat(): Promise<void> {
    const { connection, leases, handler, clock } = this.options;
    this.beating = true;
    const runs = leases.held();
    const sentAt = clock.steady();
    try {
      const params = { runs: [...runs], freeSlots: handler.freeSlots() };
      const answer = await connection.peer.request(METHODS.sessionHeartbeat, params, { timeoutMs: ANSWER_MS });
      if (answer.helloNeeded) return connection.end({ kind: 'forgotten' });
      const invalid = new Set<string>(answer.invalid);
      leases.renew(
        runs.filter(({ run }) => !invalid.has(run)),
        sentAt,
      );
      if (invalid.size > 0) handler.invalid([...invalid]);
    } catch (error) {
      return connection.end({ kind: 'broken', sentence: `The studio did not answer: ${error instanceof Error ? error.message : String(error)}` });
    }
    this.lastBeat = sentAt;
    this.beating = false;
    return this.reschedule();
  }
}
