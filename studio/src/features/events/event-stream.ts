import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { Log } from '../../platform/logging/index.js';
import { Metrics } from '../../platform/metrics/index.js';
import { comparePositions } from './domain/position.js';
import type { Position } from './domain/position.js';
import type { Batch } from './domain/recent-events.js';
import type { StoredEvent } from './domain/event-scope.js';
import { EventsRepository } from './events.repository.js';

export type EventHandler = (event: StoredEvent) => void;

const BATCH_SIZE = 500;

/**
 * The ledger as it grows, in this process. It starts at the present and forgets nothing it has handed out to nobody: handlers get **hints**.
 * What must happen because of an event is found again by whoever polls; a handler only makes it happen sooner.
 */
@Injectable()
export class EventStream {
  private readonly batchHandlers = new Set<(batch: Batch) => void>();
  private readonly eventHandlers = new Map<EventHandler, string>();
  private readonly delays: ReturnType<Metrics['histogram']>;
  private at: Position | undefined;

  constructor(
    private readonly database: Database,
    private readonly events: EventsRepository,
    private readonly log: Log,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.delays = metrics.histogram('event_delivery_seconds', 'From an event to its handing out in this studio, which wakes loops and tells browsers.', [], [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5]);
  }

  /**
   * Calls `handler` with each event whose kind starts with `kindPrefix` (`task/`, `run/status`), soon after it has committed, in every
   * studio. The handler must be quick and not throw; it wakes a loop and returns.
   */
  onEvent(kindPrefix: string, handler: EventHandler): () => void {
    const own: EventHandler = (event) => handler(event);
    this.eventHandlers.set(own, kindPrefix);
    return () => this.eventHandlers.delete(own);
  }

  onBatch(handler: (batch: Batch) => void): () => void {
    this.batchHandlers.add(handler);
    return () => this.batchHandlers.delete(handler);
  }

  /** How far this process has read; `undefined` before the first reading. */
  get position(): Position | undefined {
    return this.at;
  }

  /** Reads what is new and hands it out. True when something is committed that may not be read yet: look again very soon. */
  async advance(): Promise<boolean> {
    this.at ??= await this.database.read((reader) => this.events.present(reader));
    for (;;) {
      const from: Position = this.at;
      const reading = await this.database.read((reader) => this.events.after(reader, from, BATCH_SIZE));
      this.at = reading.to;
      if (comparePositions(reading.to, from) > 0) this.handOut({ from, to: reading.to, events: reading.events });
      if (!reading.more) return reading.heldBack;
    }
  }

  private handOut(batch: Batch): void {
    for (const handler of [...this.batchHandlers]) this.guard(() => handler(batch));
    const now = this.clock.now().getTime();
    for (const event of batch.events) {
      // The database's clock and ours differ; an event from the future was simply quick.
      this.delays.observe(Math.max(0, now - event.at.getTime()) / 1000);
      for (const [handler, prefix] of [...this.eventHandlers]) if (event.kind.startsWith(prefix)) this.guard(() => handler(event));
    }
  }

  private guard(handle: () => void): void {
    try {
      handle();
    } catch (error) {
      this.log.error({ err: error }, 'event handler failed');
    }
  }
}
