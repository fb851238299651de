import type { Actor, Role } from '@maestro/protocol';
import type { Caller } from '../../platform/access/index.js';
import type { SessionRecord } from './domain/session.js';

/** The session that a connection speaks for. */
export type BoundSession = Pick<SessionRecord, 'id' | 'projectId' | 'workspaceId' | 'memberId' | 'name' | 'role' | 'machineId'>;

/** One socket of a daemon: who opened it, and, once it has said hello, for which session it speaks. Every handler gets it. */
export class DaemonConnection {
  session: BoundSession | undefined;
  /** What its member may do, believed until then (milliseconds of the clock). */
  rights: { readonly roles: readonly Role[]; readonly until: number } | undefined;
  closed = false;

  constructor(
    /** Tells this socket from the older and newer ones of the same machine. */
    readonly id: string,
    readonly caller: Caller,
    /** Ends the socket; the daemon is told why. */
    readonly close: (code: number, reason: string) => void,
    private readonly onBound: (connection: DaemonConnection) => void,
  ) {}

  bind(session: BoundSession): void {
    this.session = session;
    this.onBound(this);
  }

  /** For handlers behind the role check, which lets nobody pass without a session. */
  get bound(): BoundSession {
    if (this.session === undefined) throw new Error('daemon_connection.unbound: the role check lets only hello pass without a session');
    return this.session;
  }
}

/** Whom an event names when a machine caused it. */
export function actorOf({ id, name }: Pick<SessionRecord, 'id' | 'name'>): Actor {
  return { type: 'session', id, name };
}
