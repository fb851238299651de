import { Injectable } from '@nestjs/common';
import { rows } from '../../platform/database/repository-access.js';
import type { Reader } from '../../platform/database/index.js';

/** One number, under the values of its labels. */
export interface Count {
  readonly labels: readonly string[];
  readonly value: number;
}

export type CensusName = keyof typeof QUERIES;

const AT_WORK = `('dispatched', 'claimed', 'running')`;
/** As in the partial index over live runs, so that finished ones are never read. */
const LIVE = `('dispatched', 'claimed', 'running', 'waiting', 'lost')`;
const UNDER_WAY = `('active', 'paused', 'releasing')`;

/** Reading across features is this file's only business; nothing is written here. Each gives its labels in order, and `value`. */
const QUERIES = {
  plans: `select array[status] as labels, count(*)::int as value from plans where status in ('draft', 'active', 'paused', 'releasing') group by status`,
  tasks: `select array[t.status] as labels, count(*)::int as value from tasks t join plans l on l.id = t.plan_id where l.status in ${UNDER_WAY} group by t.status`,
  blockedTasks: `select array[t.blocked_code] as labels, count(*)::int as value from tasks t join plans l on l.id = t.plan_id
      where l.status in ${UNDER_WAY} and t.status = 'blocked' group by t.blocked_code`,
  runs: `select array[purpose, status] as labels, count(*)::int as value from runs where status in ${LIVE} group by purpose, status`,
  waitingRuns: `select array[reason] as labels, count(*)::int as value from runs r, lateral unnest(r.wait_reasons) reason where r.status in ${LIVE} and r.status = 'waiting' group by reason`,
  leases: `select array[case when lease_until < clock_timestamp() then 'expired' else 'held' end] as labels, count(*)::int as value
      from runs where status in ('claimed', 'running') and lease_until is not null group by 1`,
  offerSeconds: `select array[]::text[] as labels, coalesce(max(extract(epoch from clock_timestamp() - dispatched_at)), 0)::float8 as value from runs where status in ${LIVE} and status = 'dispatched'`,
  sessions: `select array[role, status] as labels, count(*)::int as value from agent_sessions where status <> 'offline' group by role, status`,
  slots: `select array['all'] as labels, coalesce(sum(capacity), 0)::int as value from agent_sessions where status = 'online'
      union all select array['busy'], count(*)::int from runs where status in ${LIVE} and status in ${AT_WORK}`,
  pauses: `select array[scope] as labels, count(*)::int as value from pauses group by scope`,
  cooldowns: `select array[]::text[] as labels, count(*)::int as value from dispatch_cooldowns where until > clock_timestamp()`,
} as const;

@Injectable()
export class CensusRepository {
  async take(reader: Reader): Promise<Readonly<Record<CensusName, readonly Count[]>>> {
    const names = Object.keys(QUERIES) as CensusName[];
    const taken: Partial<Record<CensusName, readonly Count[]>> = {};
    for (const name of names) taken[name] = await rows<Count>(reader, QUERIES[name], []);
    return taken as Readonly<Record<CensusName, readonly Count[]>>;
  }
}
