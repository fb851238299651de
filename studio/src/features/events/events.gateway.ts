import type { IncomingMessage } from 'node:http';
import { WebSocketGateway, WebSocketServer } from '@nestjs/websockets';
import type { OnGatewayConnection } from '@nestjs/websockets';
import { EventQuery } from '@maestro/protocol';
import type { WebSocket, WebSocketServer as Server } from 'ws';
import { Config } from '../../config/index.js';
import type { Caller } from '../../platform/access/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Log } from '../../platform/logging/index.js';
import { callerOf, CloseCode, closeWhenExpired, keepAlive } from '../../platform/ws/index.js';
import type { StoredEvent } from './domain/event-scope.js';
import { RecentEvents } from './domain/recent-events.js';
import type { Batch } from './domain/recent-events.js';
import { EventFeed } from './event-feed.js';
import { EventStream } from './event-stream.js';
import { EventSubscription, frameOf } from './event-subscription.js';
import type { Line } from './event-subscription.js';

interface Follower {
  readonly caller: Caller;
  readonly filter: EventFilterOf;
  readonly subscription: EventSubscription;
}
type EventFilterOf = Parameters<EventFeed['scope']>[1];

/** How often an idle follower is told its position, in pings. */
const MARK_EVERY_PINGS = 3;

/** What is kept for those who come back: some minutes of a busy studio. In events, and in characters as they are sent. */
const KEPT = { events: 2_000, size: 4_000_000 };

/** `/ws/events`: the ledger, live. Query and frames are described with `EventFrame` in the protocol. */
@WebSocketGateway({ path: '/ws/events', maxPayload: 1024 })
export class EventsGateway implements OnGatewayConnection<WebSocket> {
  @WebSocketServer()
  readonly server!: Server;

  private readonly followers = new Map<WebSocket, Follower>();
  private readonly recent = new RecentEvents({ ...KEPT, sizeOf: (event) => frameOf(event).length });

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly feed: EventFeed,
    private readonly stream: EventStream,
  ) {
    stream.onBatch((batch) => this.handOut(batch));
    stream.onEvent('member/', (event) => this.rescope(event));
    stream.onEvent('account/revoked', (event) => this.cutOff(event));
  }

  async handleConnection(socket: WebSocket, request: IncomingMessage): Promise<void> {
    const caller = callerOf(request);
    const everyMs = this.config.socketPingSeconds * 1000;
    keepAlive(socket, everyMs);
    closeWhenExpired(socket, caller.expiresAt, this.clock.now());
    try {
      await this.follow({ socket, carrier: request.socket }, caller, new URL(request.url ?? '/', 'ws://studio').searchParams, everyMs);
    } catch (error) {
      this.giveUp(socket, error);
    }
  }

  private async follow(line: Line, caller: Caller, parameters: URLSearchParams, everyMs: number): Promise<void> {
    const { socket } = line;
    const query = EventQuery.safeParse(Object.fromEntries(parameters));
    if (!query.success) return socket.close(CloseCode.forbidden, 'invalid_request');
    const { cursor, limit: _, ...filter } = query.data;
    const position = this.feed.positionOf(cursor);
    if (!position.ok) return socket.close(CloseCode.forbidden, position.refusal.code);
    const scope = await this.feed.scope(caller, filter);
    if (!scope.ok) return socket.close(CloseCode.forbidden, scope.refusal.code);

    const source = { read: this.feed.read.bind(this.feed), head: () => this.stream.position, recent: this.recent };
    const subscription = new EventSubscription(line, source, scope.value, position.value ?? (await this.feed.present()));
    if (socket.readyState !== socket.OPEN) return;
    this.followers.set(socket, { caller, filter, subscription });
    const marks = setInterval(() => subscription.mark(), everyMs * MARK_EVERY_PINGS);
    socket.once('close', () => {
      clearInterval(marks);
      this.followers.delete(socket);
    });
    await subscription.catchUp();
  }

  private handOut(batch: Batch): void {
    this.recent.add(batch);
    for (const [socket, { subscription }] of this.followers) {
      if (!subscription.take(batch)) subscription.catchUp().catch((error: unknown) => this.giveUp(socket, error));
    }
  }

  /** Somebody's memberships or roles have changed: what they follow changes with them. */
  private rescope({ payload }: StoredEvent): void {
    for (const [socket, { caller, filter, subscription }] of this.followers) {
      if (caller.userId !== payload['userId']) continue;
      this.feed.scope(caller, filter).then(
        (scope) => (scope.ok ? subscription.rescope(scope.value) : socket.close(CloseCode.forbidden, scope.refusal.code)),
        (error: unknown) => this.giveUp(socket, error),
      );
    }
  }

  private cutOff({ payload }: StoredEvent): void {
    for (const [socket, { caller }] of this.followers) {
      if (caller.grantId === payload['grantId']) socket.close(CloseCode.unauthenticated, 'signed out');
    }
  }

  private giveUp(socket: WebSocket, error: unknown): void {
    this.log.error({ err: error }, 'event socket failed');
    socket.close(CloseCode.tryAgainLater, 'connect again from your last cursor');
  }
}
