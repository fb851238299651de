import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { refuse } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import { Authenticator } from '../access/index.js';
import type { Caller } from '../access/index.js';
import { Origins } from '../http/origins.js';
import { Departure } from '../lifecycle/index.js';

/** Sockets that one credential may hold open at once, over all paths. A machine needs one per project, a browser one per tab. */
const MAX_SOCKETS_PER_GRANT = 200;

const callers = new WeakMap<IncomingMessage, Caller>();

/** Who opened this socket. Every socket that reaches a gateway has passed the gate. */
export function callerOf(request: IncomingMessage): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new Error('ws.no_caller: this request did not pass the upgrade gate');
  return caller;
}

/**
 * Decides at the upgrade, before a WebSocket exists, who may open one. A foreign page gets 403 and a stranger 401 as plain HTTP, and
 * everybody 503 while the studio is going away, upon which a proxy asks the next one; nothing
 * is ever sent on a socket that is not signed in.
 */
@Injectable()
export class UpgradeGate {
  private readonly open = new Map<string, number>();

  constructor(
    private readonly authenticator: Authenticator,
    private readonly origins: Origins,
    private readonly departure: Departure,
  ) {}

  async admit(request: IncomingMessage): Promise<Result<Caller>> {
    // Before anything is asked of the database: whoever is refused here tries again at once, elsewhere.
    if (this.departure.hasBegun) return refuse('unavailable', 'going_away', 'This studio is going away; connect again.');
    const { origin } = request.headers;
    if (origin !== undefined && !this.origins.allows(origin)) return foreign();
    const caller = await this.authenticator.authenticate(request);
    if (!caller.ok) return caller;
    // Every browser names its page's origin on an upgrade. A cookie without one did not come from a page of ours.
    if (caller.value.via === 'cookie' && origin === undefined) return foreign();
    if ((this.open.get(caller.value.grantId) ?? 0) >= MAX_SOCKETS_PER_GRANT) {
      return refuse('too_many', 'too_many_sockets', `This credential already has ${MAX_SOCKETS_PER_GRANT} connections open. Close some first.`);
    }
    callers.set(request, caller.value);
    return caller;
  }

  /** Counts an admitted socket until `onClose` is called. */
  count(request: IncomingMessage): () => void {
    const { grantId } = callerOf(request);
    this.open.set(grantId, (this.open.get(grantId) ?? 0) + 1);
    return () => {
      const left = (this.open.get(grantId) ?? 1) - 1;
      if (left > 0) this.open.set(grantId, left);
      else this.open.delete(grantId);
    };
  }
}

function foreign(): Result<never> {
  return refuse('forbidden', 'origin_refused', 'Sockets are opened by the studio\'s own pages, or with a bearer token.');
}
