import { Injectable } from '@nestjs/common';
import type { NotificationMethod } from '@maestro/protocol';
import type { z } from 'zod';
import { Bus } from '../../platform/bus/index.js';
import type { Json, Unsubscribe } from '../../platform/bus/index.js';
import { afterCommit } from '../../platform/database/index.js';
import type { Tx } from '../../platform/database/index.js';

/** What travels between studios about one session. */
export type SessionMessage =
  | { readonly kind: 'notify'; readonly method: string; readonly params: Json }
  /** Another socket speaks for the session now. */
  | { readonly kind: 'replaced'; readonly by: string }
  /** The member may not work here any more. */
  | { readonly kind: 'forbidden'; readonly why: string };

const topicOf = (session: string): string => `session:${session}`;

/**
 * Reaches a session's socket on whichever studio holds it. Hints only: behind each there is a poll (`run/offers`, the heartbeat's answer),
 * so a session that is between two sockets misses nothing for long.
 */
@Injectable()
export class SessionPush {
  private readonly here = new Map<string, number>();

  constructor(private readonly bus: Bus) {}

  /** Once the transaction has committed. */
  notify<P extends z.ZodObject>(tx: Tx, session: string, method: NotificationMethod<string, 'studio-to-daemon', P>, params: z.input<P>): void {
    afterCommit(tx, () => this.publish(session, { kind: 'notify', method: method.name, params: params as Json }));
  }

  publish(session: string, message: SessionMessage): void {
    this.bus.publish(topicOf(session), message);
  }

  listen(session: string, handler: (message: SessionMessage) => void): Unsubscribe {
    const unsubscribe = this.bus.subscribe(topicOf(session), (message) => handler(message as unknown as SessionMessage));
    this.here.set(session, (this.here.get(session) ?? 0) + 1);
    return () => {
      unsubscribe();
      const left = (this.here.get(session) ?? 1) - 1;
      if (left > 0) this.here.set(session, left);
      else this.here.delete(session);
    };
  }

  /** Whether the session's socket is in this process: what every studio hears of is passed on by that one. */
  isHere(session: string): boolean {
    return this.here.has(session);
  }
}
