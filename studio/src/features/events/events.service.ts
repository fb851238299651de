import { Injectable } from '@nestjs/common';
import { Bus } from '../../platform/bus/index.js';
import { afterCommit } from '../../platform/database/index.js';
import type { Tx } from '../../platform/database/index.js';
import { Tracing } from '../../platform/tracing/index.js';
import { EventsRepository } from './events.repository.js';
import type { NewEvent } from './events.repository.js';

/** The topic on which studios tell each other that there is something new. The message says nothing: what is new stands in the ledger. */
export const EVENTS_TOPIC = 'events';

/** Where services write what happened. */
@Injectable()
export class Events {
  private readonly announced = new WeakSet<Tx>();

  constructor(
    private readonly events: EventsRepository,
    private readonly bus: Bus,
    private readonly tracing: Tracing,
  ) {}

  /** Appends in the transaction of the change: both commit or neither does. Readers are woken once it has committed. */
  async append(tx: Tx, event: NewEvent): Promise<void> {
    await this.events.append(tx, { ...event, trace: this.tracing.current });
    if (this.announced.has(tx)) return;
    this.announced.add(tx);
    afterCommit(tx, () => this.bus.publish(EVENTS_TOPIC, null));
  }
}
