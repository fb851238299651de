import type { Socket } from 'node:net';
import type { EventFrame } from '@maestro/protocol';
import type { WebSocket } from 'ws';
import { hasRoom, sendAndWait } from '../../platform/ws/index.js';
import { inScope } from './domain/event-scope.js';
import type { EventScope, StoredEvent } from './domain/event-scope.js';
import { comparePositions, formatPosition } from './domain/position.js';
import type { Position } from './domain/position.js';
import { indexBehind } from './domain/recent-events.js';
import type { Batch, RecentEvents } from './domain/recent-events.js';
import { viewOf } from './event-feed.js';
import type { Reading } from './events.repository.js';

/** Events can be large, and a page of them is held in memory for as long as the client takes to read it. */
const PAGE = 50;

/** What a subscription needs of the outside. */
export interface SubscriptionSource {
  read(scope: EventScope, from: Position, limit: number): Promise<Reading>;
  /** How far the live stream has come. */
  head(): Position | undefined;
  readonly recent: RecentEvents;
}

/** A WebSocket, and the connection that carries its frames. */
export interface Line {
  readonly socket: WebSocket;
  readonly carrier: Pick<Socket, 'cork' | 'uncork'>;
}

/**
 * One socket that follows the ledger. It first reads from the database what its client has missed, then takes what the stream hands out;
 * whenever a batch does not join on to where it stands, it goes back to reading. So nothing is sent twice and nothing is left out,
 * however reading and stream are interleaved.
 *
 * A client that reads slowly is made to read from the database, at its own pace, and costs one page of memory; one that does not read at
 * all does not answer pings either and is ended by `keepAlive`. Cutting off whoever has a megabyte outstanding was tried and is wrong: a
 * client that resumes after a long absence has that at once, is cut off, resumes, and never arrives.
 */
export class EventSubscription {
  private state: 'reading' | 'live' = 'reading';
  private readonly socket: WebSocket;

  constructor(
    private readonly line: Line,
    private readonly source: SubscriptionSource,
    private scope: EventScope,
    private at: Position,
  ) {
    this.socket = line.socket;
  }

  /** Takes effect from here on; what was sent under the old scope stays sent. */
  rescope(scope: EventScope): void {
    this.scope = scope;
  }

  /** Reads until it has caught up with the stream. Rejects when the database does not answer; the client then resumes by itself. */
  async catchUp(): Promise<void> {
    this.state = 'reading';
    while (this.socket.readyState === this.socket.OPEN) {
      if (this.takeRecent()) break;
      const reading = await this.source.read(this.scope, this.at, PAGE);
      for (const event of reading.events) if (!(await sendAndWait(this.socket, frameOf(event)))) return;
      this.at = reading.to;
      const head = this.source.head();
      if (!reading.more && (head === undefined || comparePositions(head, this.at) <= 0)) break;
    }
    this.state = 'live';
    this.mark();
  }

  /** Tells the client how far it is, so that its cursor moves on while nothing of interest happens. */
  mark(): void {
    if (this.state === 'live' && hasRoom(this.socket)) this.socket.send(JSON.stringify({ type: 'caught_up', cursor: formatPosition(this.at) } satisfies EventFrame));
  }

  /** False when the batch does not join on, or the client does not keep up: the caller then starts `catchUp`. */
  take(batch: Batch): boolean {
    if (this.state === 'reading') return true;
    if (comparePositions(this.at, batch.from) < 0) return false;
    if (comparePositions(this.at, batch.to) >= 0) return true;
    return this.tell(batch.events.slice(indexBehind(batch.events, this.at, (event) => event)), batch.to);
  }

  /** What it missed lately is in memory; the database is asked for what is not, and by a client that does not keep up. */
  private takeRecent(): boolean {
    const recent = this.source.recent.after(this.at);
    return recent !== undefined && this.tell(recent.events, recent.to);
  }

  /** Sends what is in scope, for as long as the client keeps up. The frames leave together: one by one, each would be a call of the kernel. */
  private tell(events: readonly StoredEvent[], to: Position): boolean {
    const { carrier } = this.line;
    carrier.cork();
    try {
      for (const event of events) {
        if (inScope(this.scope, event)) {
          if (!hasRoom(this.socket)) return false;
          this.socket.send(frameOf(event));
        }
        this.at = event.position;
      }
    } finally {
      carrier.uncork();
    }
    this.at = to;
    return true;
  }
}

const frames = new WeakMap<StoredEvent, string>();

/** A hundred browsers get one event; it is written as JSON once. */
export function frameOf(event: StoredEvent): string {
  const known = frames.get(event);
  if (known !== undefined) return known;
  const frame = JSON.stringify({ type: 'event', event: viewOf(event) } satisfies EventFrame);
  frames.set(event, frame);
  return frame;
}
