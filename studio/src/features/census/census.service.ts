import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { Metrics, kept } from '../../platform/metrics/index.js';
import { CensusRepository } from './census.repository.js';
import type { CensusName } from './census.repository.js';

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
  constructor(database: Database, clock: Clock, census: CensusRepository, metrics: Metrics) {
    const counts = kept(clock, () => database.read((reader) => census.take(reader)));
    for (const [key, [name, help, labels]] of Object.entries(GAUGES) as [CensusName, (typeof GAUGES)[CensusName]][]) {
      metrics.gauge(name, help, labels, async () => (await counts())[key]);
    }
  }
}
