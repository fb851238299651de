import { Injectable } from '@nestjs/common';
import { ENDED_RUN_STATES } from '@maestro/protocol';
import type { RunStatus } from '@maestro/protocol';
import { Metrics } from '../../../platform/metrics/index.js';
import type { RunRecord } from '../domain/run.js';

type Timed = Pick<RunRecord, 'purpose' | 'status' | 'dispatchedAt' | 'claimedAt' | 'startedAt' | 'endedAt'>;

/** What runs do, counted by the studio that wrote it, once it is committed. */
@Injectable()
export class RunMetrics {
  private readonly steps;
  private readonly claims;
  private readonly durations;

  constructor(metrics: Metrics) {
    this.steps = metrics.counter('run_steps_total', 'Changes of runs, by purpose and the status they came to.', ['purpose', 'status']);
    this.claims = metrics.histogram('run_claim_seconds', 'From an offer to its claim, by purpose.', ['purpose'], [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15, 30]);
    this.durations = metrics.histogram('run_seconds', 'From the start of a run to its end, by purpose and how it ended.', ['purpose', 'status'], [1, 5, 15, 60, 300, 900, 1_800, 3_600, 7_200]);
  }

  stepped({ purpose, status, dispatchedAt, claimedAt, startedAt, endedAt }: Timed): void {
    this.steps.inc({ purpose, status });
    if (status === 'claimed') this.claims.observe({ purpose }, secondsBetween(dispatchedAt, claimedAt));
    if ((ENDED_RUN_STATES as readonly RunStatus[]).includes(status) && startedAt !== null) this.durations.observe({ purpose, status }, secondsBetween(startedAt, endedAt));
  }
}

function secondsBetween(from: string | null, to: string | null): number {
  return from === null || to === null ? 0 : Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
}
