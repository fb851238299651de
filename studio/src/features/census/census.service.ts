import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { Metrics } from '../../platform/metrics/index.js';
import { CensusRepository } from './census.repository.js';
import type { CensusName } from './census.repository.js';

/** A count is as good for everybody who asks within this time: `/metrics` is public, and must not be a way to keep the database busy. */
const KEPT_MS = 5_000;

type Taken = Awaited<ReturnType<CensusRepository['take']>>;

const GAUGES: Readonly<Record<CensusName, readonly [name: string, help: string, labels: readonly string[]]>> = {
  plans: ['plans', 'Plans that are not over, by status.', ['status']],
  tasks: ['tasks', 'Tasks of plans that are active, paused or releasing, by status.', ['status']],
  blockedTasks: ['tasks_blocked', 'Tasks of such plans that wait for a person, by the code of what blocks them.', ['code']],
  runs: ['runs_live', 'Live runs, by purpose and status: dispatched ones are offers, lost ones may come back.', ['purpose', 'status']],
  waitingRuns: ['runs_waiting', 'Runs that wait, by reason; a run with two reasons counts twice.', ['reason']],
  leases: ['leases', 'Leases on runs, by state: held, or expired and not yet swept.', ['state']],
  offerSeconds: ['offer_oldest_seconds', 'Age of the oldest offer that nobody has claimed yet.', []],
  sessions: ['sessions', 'Connected machines, by role and status.', ['role', 'status']],
  slots: ['session_slots', 'Runs that online machines take at once, and those that they have, by state: all, busy.', ['state']],
  pauses: ['pauses', 'What is paused besides plans, by scope.', ['scope']],
  cooldowns: ['dispatch_cooldowns', 'Pairs of a machine and work that it let go, until it is asked again.', []],
};

/**
 * What stands in the database, counted when somebody scrapes. Every studio of an installation gives the same numbers: take the maximum of
 * them, not the sum.
 */
@Injectable()
export class CensusService {
  private taken: { readonly at: number; readonly counts: Promise<Taken> } | undefined;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly census: CensusRepository,
    metrics: Metrics,
  ) {
    for (const [key, [name, help, labels]] of Object.entries(GAUGES) as [CensusName, (typeof GAUGES)[CensusName]][]) {
      metrics.gauge(name, help, labels, async () => (await this.counts())[key]);
    }
  }

  private counts(): Promise<Taken> {
    const now = this.clock.now().getTime();
    if (this.taken === undefined || Math.abs(now - this.taken.at) >= KEPT_MS) {
      const counts = this.database.read((reader) => this.census.take(reader));
      this.taken = { at: now, counts };
      // A failed count is nobody's for five seconds.
      counts.catch(() => (this.taken = undefined));
    }
    return this.taken.counts;
  }
}
