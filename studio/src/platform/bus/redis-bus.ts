import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { Bus } from './bus.js';
import type { BusHandler, Json, Unsubscribe } from './bus.js';
import { Handlers } from './handlers.js';
import { Outage } from './outage.js';

const Envelope = z.object({ from: z.string(), message: z.json() });

/** What a bus tells of itself. */
export interface BusNews {
  /** A handler threw, or a message could not be read or sent. */
  onError(error: unknown, topic: string): void;
  /** Redis cannot be reached; said once, whatever number of attempts follows. */
  onLost(error: unknown): void;
  /** It can be reached again. */
  onBack(): void;
}

/** One prefix keeps several installations apart from other users of the same Redis. */
const PREFIX = 'maestro:';

/**
 * The bus of several studios, over Redis pub/sub. This process's own handlers are reached directly: faster than a round trip, and also
 * while Redis is away. A message that Redis could not take is dropped; every reader of hints also polls.
 */
export class RedisBus extends Bus {
  private readonly self = randomUUID();
  private readonly handlers: Handlers;
  private readonly publisher: Redis;
  private readonly subscriber: Redis;

  private readonly onError: (error: unknown, topic: string) => void;
  private readonly outage: Outage;
  private closed = false;

  constructor(url: string, news: BusNews) {
    super();
    this.onError = (error, topic) => (this.closed ? undefined : news.onError(error, topic));
    this.outage = new Outage((error) => news.onLost(error), () => news.onBack());
    this.handlers = new Handlers(this.onError);
    const forever = { retryStrategy: (attempt: number) => Math.min(2_000, 50 * 2 ** Math.min(attempt, 6)) * (0.5 + Math.random() / 2) };
    // Without an offline queue hints do not pile up while Redis is away, to be sent when they are stale.
    this.publisher = new Redis(url, { ...forever, enableOfflineQueue: false, maxRetriesPerRequest: 0 });
    this.subscriber = new Redis(url, { ...forever, autoResubscribe: true, maxRetriesPerRequest: null });
    for (const connection of [this.publisher, this.subscriber]) this.watch(connection);
    this.subscriber.on('message', (channel: string, text: string) => this.receive(channel.slice(PREFIX.length), text));
  }

  publish(topic: string, message: Json): void {
    const text = JSON.stringify({ from: this.self, message });
    this.handlers.deliver(topic, (JSON.parse(text) as { message: Json }).message);
    // That Redis is away is said by the connection, once; a line per hint would drown the log, also for those that were on their way.
    if (this.publisher.status === 'ready') this.publisher.publish(PREFIX + topic, text).catch((error: unknown) => this.publisher.status === 'ready' && this.onError(error, topic));
  }

  subscribe(topic: string, handler: BusHandler): Unsubscribe {
    if (!this.handlers.has(topic)) this.subscriber.subscribe(PREFIX + topic).catch((error: unknown) => this.onError(error, topic));
    const remove = this.handlers.add(topic, handler);
    return () => {
      remove();
      if (!this.handlers.has(topic)) this.subscriber.unsubscribe(PREFIX + topic).catch((error: unknown) => this.onError(error, topic));
    };
  }

  close(): Promise<void> {
    this.closed = true;
    this.handlers.clear();
    // `quit` would wait for a Redis that is away.
    this.publisher.disconnect();
    this.subscriber.disconnect();
    return Promise.resolve();
  }

  /** A connection that is closed while it is being made says so; nobody needs to hear that. */
  private watch(connection: Redis): void {
    connection.on('error', (error: unknown) => this.closed || this.outage.lost(connection, error));
    connection.on('close', () => this.closed || this.outage.lost(connection, new Error('bus.closed: Redis closed the connection')));
    connection.on('ready', () => this.outage.back(connection));
  }

  private receive(topic: string, text: string): void {
    const envelope = parse(text);
    if (envelope === undefined) this.onError(new Error('bus.malformed: a message that no studio sent'), topic);
    else if (envelope.from !== this.self) this.handlers.deliver(topic, envelope.message);
  }
}

function parse(text: string): z.infer<typeof Envelope> | undefined {
  try {
    return Envelope.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
