import { Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { Config } from '../../config/index.js';
import { Bus } from '../../platform/bus/index.js';
import { LoopRunner } from '../../platform/loops/index.js';
import type { Loop } from '../../platform/loops/index.js';
import { EVENTS_TOPIC } from './events.service.js';
import { EventStream } from './event-stream.js';

const NAME = 'events.tail';
const SOONEST_MS = 2;
const LATEST_MS = 100;

/** Trigger: the bus says that something was appended, here or in another studio; or time, in case the bus lost it. */
@Injectable()
export class EventTailLoop implements Loop, OnModuleDestroy {
  readonly name = NAME;
  readonly intervalMs: number;
  readonly runsOn = 'every';
  private retryMs = SOONEST_MS;
  private retry: NodeJS.Timeout | undefined;
  private readonly unsubscribe: () => void;

  constructor(
    config: Config,
    bus: Bus,
    private readonly loops: LoopRunner,
    private readonly stream: EventStream,
  ) {
    this.intervalMs = config.eventPollSeconds * 1000;
    loops.register(this);
    this.unsubscribe = bus.subscribe(EVENTS_TOPIC, () => loops.wake(NAME));
  }

  async tick(): Promise<void> {
    clearTimeout(this.retry);
    const heldBack = await this.stream.advance();
    if (!heldBack) {
      this.retryMs = SOONEST_MS;
      return;
    }
    // An event is committed, but an older transaction is still running and could yet append before it. No message will say when
    // that one ends, so look again, less and less often.
    this.retry = setTimeout(() => this.loops.wake(NAME), this.retryMs);
    this.retryMs = Math.min(LATEST_MS, this.retryMs * 2);
  }

  onModuleDestroy(): void {
    this.unsubscribe();
    clearTimeout(this.retry);
  }
}
