import { Injectable } from '@nestjs/common';
import type { Purpose } from '@maestro/protocol';
import { Metrics } from '../../platform/metrics/index.js';

/** What came of one due piece of work in one look. `nobody`: no session can take it now. */
export type DispatchOutcome = 'offered' | 'taken' | 'full' | 'nobody' | 'failed';

/** How dispatch goes, in the studio that has its lease. */
@Injectable()
export class DispatchMetrics {
  readonly looks;
  private readonly due;
  private readonly outcomes;

  constructor(metrics: Metrics) {
    this.looks = metrics.histogram('dispatch_look_seconds', 'Time of one look at everything that is due.', [], [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]);
    this.due = metrics.gauge('dispatch_due', 'Due pieces of work at the last look, by purpose: the queue.', ['purpose']);
    this.outcomes = metrics.counter('dispatch_outcomes_total', 'What came of due work, by purpose and outcome: offered, taken by another dispatcher, full, nobody, failed.', ['purpose', 'outcome']);
  }

  /** The queue as this look found it. */
  queue(purposes: readonly Purpose[]): void {
    this.due.reset();
    for (const purpose of purposes) this.due.inc({ purpose });
  }

  came(purpose: Purpose, outcome: DispatchOutcome): void {
    this.outcomes.inc({ purpose, outcome });
  }
}
