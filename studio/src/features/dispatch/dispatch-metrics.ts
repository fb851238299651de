import { Injectable } from '@nestjs/common';
import type { Purpose } from '@maestro/protocol';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { Metrics, kept } from '../../platform/metrics/index.js';
import { DueReader } from './due-reader.service.js';

/** What came of one due piece of work in one look. `nobody`: no session can take it now. */
export type DispatchOutcome = 'offered' | 'taken' | 'full' | 'nobody' | 'failed';

/** How dispatch goes: the queue as every studio sees it, and what was made of it in the studio that has the lease. */
@Injectable()
export class DispatchMetrics {
  readonly looks;
  private readonly outcomes;

  constructor(metrics: Metrics, due: DueReader, database: Database, clock: Clock) {
    this.looks = metrics.histogram('dispatch_look_seconds', 'Time of one look at everything that is due.', [], [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]);
    metrics.gauge('dispatch_due', 'Pieces of work that wait for a machine, by purpose: the queue. Of a long one a look reads only the head of each plan.', ['purpose'], kept(clock, () => database.read((reader) => due.waiting(reader))));
    this.outcomes = metrics.counter('dispatch_outcomes_total', 'What came of due work, by purpose and outcome: offered, taken by another dispatcher, full, nobody, failed.', ['purpose', 'outcome']);
  }

  came(purpose: Purpose, outcome: DispatchOutcome): void {
    this.outcomes.inc({ purpose, outcome });
  }
}
