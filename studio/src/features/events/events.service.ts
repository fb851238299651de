import { Injectable } from '@nestjs/common';
import { Bus } from '../../platform/bus/index.js';
import { afterCommit, Database } from '../../platform/database/index.js';
import type { Tx } from '../../platform/database/index.js';
import { Tracing } from '../../platform/tracing/index.js';
import { EventsRepository } from './events.repository.js';
import type { NewEvent } from './events.repository.js';

/** The topic on which studios tell each other that there is something new. The message says nothing: what is new stands in the ledger. */
export const EVENTS_TOPIC = 'events';

/** Where services write what happened. */
@Injectable()
export class Events {
  /** What open transactions have appended so far, in order. */
  private readonly pending = new WeakMap<Tx, NewEvent[]>();

  constructor(
    private readonly events: EventsRepository,
    private readonly bus: Bus,
    private readonly tracing: Tracing,
    database: Database,
  ) {
    database.beforeEveryCommit((tx) => this.write(tx));
  }

  /**
   * Appends in the transaction of the change: both commit or neither does. Readers are woken once it has committed.
   *
   * Written with all others of the transaction in one statement just before it commits: until then not even the transaction itself can read
   * it. One statement for each was rejected: a run's start has three events, and the activation of a plan two for each of its tasks.
   */
  append(tx: Tx, event: NewEvent): Promise<void> {
    const traced = { ...event, trace: this.tracing.current };
    const pending = this.pending.get(tx);
    if (pending !== undefined) {
      pending.push(traced);
      return Promise.resolve();
    }
    this.pending.set(tx, [traced]);
    afterCommit(tx, () => this.bus.publish(EVENTS_TOPIC, null));
    return Promise.resolve();
  }

  private async write(tx: Tx): Promise<void> {
    const pending = this.pending.get(tx);
    if (pending === undefined) return;
    this.pending.delete(tx);
    await this.events.append(tx, pending);
  }
}
