import { Injectable } from '@nestjs/common';
import type { PlanStatus, RunStatus } from '@maestro/protocol';
import { execute, preparedExecute, preparedRows, rows } from '../../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../../platform/database/index.js';
import type { Spending } from '../domain/budget.js';
import type { StandingPause } from '../domain/pause.js';
import type { RunRecord } from '../domain/run.js';

/** Live and not lost: at work, on offer, or waiting. */
const AT_WORK: readonly RunStatus[] = ['dispatched', 'claimed', 'running', 'waiting'];

@Injectable()
export class RunQueriesRepository {
  /** Newer runs for the same work: those that are live, and whether one has succeeded in the same revision and repair. */
  async newer(reader: Reader, run: RunRecord): Promise<{ readonly live: readonly string[]; readonly hasOutcome: boolean }> {
    const found = await rows<{ id: string; status: RunStatus; same: boolean }>(
      reader,
      `select id, status, revision = $6 and repair = $7 as same from runs
        where id <> $1 and candidate = $5 and created_at > (select created_at from runs where id = $1)
          and (case when $3::uuid is null then plan_id = $2 and task_id is null and purpose = $8 else task_id = $3 and stage = $4 end)
        order by id`,
      [run.id, run.planId, run.taskId, run.stage, run.candidate, run.revision, run.repair, run.purpose],
    );
    return {
      live: found.filter(({ status }) => AT_WORK.includes(status)).map(({ id }) => id),
      hasOutcome: found.some(({ status, same }) => same && (status === 'succeeded' || status === 'yielded')),
    };
  }

  /** Failed, timed-out and stalled runs since `since`, late ones left out. Of a task's stage, or of a plan's purpose. */
  async failures(reader: Reader, run: Pick<RunRecord, 'taskId' | 'planId' | 'stage' | 'purpose'>, since: string): Promise<number> {
    const [row] = await rows<{ count: number }>(
      reader,
      `select count(*)::int as count from runs
        where status in ('failed', 'timed_out', 'stalled') and not late and ended_at >= $5
          and (case when $1::uuid is null then plan_id = $2 and task_id is null and purpose = $4 else task_id = $1 and stage = $3 end)`,
      [run.taskId, run.planId, run.stage, run.purpose, since],
    );
    return row?.count ?? 0;
  }

  /** Runs of a plan's purpose that were lost since then, for the cap that keeps a vanishing machine from going on for ever. */
  async lostOfPlan(reader: Reader, planId: string, purpose: string, since: string): Promise<number> {
    const [row] = await rows<{ count: number }>(
      reader,
      `select count(*)::int as count from runs where plan_id = $1 and task_id is null and purpose = $2 and lost_at >= $3 and status in ('lost', 'superseded')`,
      [planId, purpose, since],
    );
    return row?.count ?? 0;
  }

  async spendingOfTask(reader: Reader, taskId: string): Promise<Spending> {
    return this.spending(reader, 'task_id = $1', taskId);
  }

  async spendingOfPlan(reader: Reader, planId: string): Promise<Spending> {
    return this.spending(reader, 'plan_id = $1', planId);
  }

  /** Leases that have run out. */
  async expired(reader: Reader, limit: number): Promise<readonly string[]> {
    return this.ids(reader, `select id from runs where status in ('claimed', 'running') and lease_until < clock_timestamp() order by lease_until limit $1`, [limit]);
  }

  /** Offers that nobody took in time. */
  async unclaimed(reader: Reader, claimSeconds: number, limit: number): Promise<readonly string[]> {
    return this.ids(reader, `select id from runs where status = 'dispatched' and dispatched_at < clock_timestamp() - make_interval(secs => $1) order by id limit $2`, [claimSeconds, limit]);
  }

  async isExpired(tx: Tx, id: string): Promise<boolean> {
    return (await rows(tx, `select from runs where id = $1 and lease_until < clock_timestamp()`, [id])).length > 0;
  }

  async offeredTo(reader: Reader, sessionId: string): Promise<readonly string[]> {
    return this.ids(reader, `select id from runs where session_id = $1 and status = 'dispatched' order by dispatched_at, id`, [sessionId]);
  }

  /** Runs that a session should have with it: leased to it, or lost and in grace. */
  async heldBy(reader: Reader, sessionId: string): Promise<readonly string[]> {
    return this.ids(reader, `select id from runs where session_id = $1 and (status in ('claimed', 'running') or (status = 'lost' and grace_until is not null)) order by id`, [sessionId]);
  }

  /** What is paused where this run would begin; the widest first. */
  pausesOver(reader: Reader, { workspaceId, projectId, sessionId }: Pick<RunRecord, 'workspaceId' | 'projectId' | 'sessionId'>): Promise<readonly StandingPause[]> {
    const sql = `select scope, by_name as by, why from pauses
       where (scope = 'workspace' and subject_id = $1) or (scope = 'project' and subject_id = $2) or (scope = 'session' and subject_id = $3)
       order by array_position(array['workspace', 'project', 'session'], scope)`;
    return preparedRows(reader, sql, [workspaceId, projectId, sessionId]);
  }

  /** Of these plans, those of whose release a push was granted and not accounted for. */
  async pushingReleases(reader: Reader, planIds: readonly string[]): Promise<readonly string[]> {
    return this.ids(reader, 'select id from plans where id = any($1::uuid[]) and release_intent is not null', [planIds]);
  }

  async waiting(reader: Reader): Promise<readonly string[]> {
    return this.ids(reader, `select id from runs where status = 'waiting' order by id`, []);
  }

  /** Runs at work that were asked to wait and have not done so. */
  async heldAtWork(reader: Reader): Promise<readonly string[]> {
    return this.ids(reader, `select id from runs where status in ('claimed', 'running') and holds <> '{}' order by id`, []);
  }

  /** Whether a merge into the plan's epic is on offer or under way; they are serial. */
  async epicIsBusy(reader: Reader, planId: string, exceptRun: string): Promise<boolean> {
    return (await rows(reader, `select from runs where plan_id = $1 and id <> $2 and stage = 'land' and status in ('dispatched', 'claimed', 'running')`, [planId, exceptRun])).length > 0;
  }

  /**
   * Renews leases in one statement. Gives those renewed; a lease that ran out and was not taken away yet is renewed too, since nobody
   * else has the run.
   */
  async renew(tx: Tx, sessionId: string, held: readonly { readonly run: string; readonly epoch: number }[], leaseSeconds: number): Promise<readonly string[]> {
    return this.ids(
      tx,
      `with held as (
         select r.id from runs r join unnest($2::uuid[], $3::bigint[]) as h (id, epoch) on h.id = r.id and h.epoch = r.epoch
          where r.session_id = $1 and r.status in ('claimed', 'running') order by r.id for no key update of r)
       update runs r set lease_until = clock_timestamp() + make_interval(secs => $4) from held where r.id = held.id returning r.id`,
      [sessionId, held.map(({ run }) => run), held.map(({ epoch }) => epoch), leaseSeconds],
    );
  }

  /** Of runs that could not be renewed: those that were lost under this very epoch, so that a hello brings them back. */
  async lostUnder(reader: Reader, sessionId: string, held: readonly { readonly run: string; readonly epoch: number }[]): Promise<readonly string[]> {
    return this.ids(
      reader,
      `select r.id from runs r join unnest($2::uuid[], $3::bigint[]) as h (id, epoch) on h.id = r.id and h.epoch = r.epoch where r.session_id = $1 and r.status = 'lost'`,
      [sessionId, held.map(({ run }) => run), held.map(({ epoch }) => epoch)],
    );
  }

  /** A whole lease and grace again for everything that is held or on offer. */
  async extendAll(tx: Tx, leaseSeconds: number): Promise<void> {
    const grace = `make_interval(secs => coalesce((p.policy->>'lostGraceSeconds')::int, 45))`;
    await execute(
      tx,
      `update runs r set lease_until = clock_timestamp() + make_interval(secs => $1) + ${grace} from projects p
        where p.id = r.project_id and r.status in ('claimed', 'running')`,
      [leaseSeconds],
    );
    await execute(tx, `update runs r set grace_until = clock_timestamp() + ${grace} from projects p where p.id = r.project_id and r.status = 'lost' and r.grace_until > r.lost_at`);
    await execute(tx, `update runs set dispatched_at = clock_timestamp() where status = 'dispatched'`);
  }

  /** Leases of a session end now; the sweep does the rest. */
  async expireOfSession(tx: Tx, sessionId: string): Promise<void> {
    await execute(tx, `update runs set lease_until = clock_timestamp() - interval '1 second' where session_id = $1 and status in ('claimed', 'running')`, [sessionId]);
  }

  /** The next time this session lets this work go, it is asked again later still. */
  async coolDown(tx: Tx, sessionId: string, subjectId: string, secondsAfter: (step: number) => number): Promise<void> {
    const [row] = await rows<{ step: number }>(
      tx,
      `insert into dispatch_cooldowns (session_id, subject_id, step, until) values ($1, $2, 1, clock_timestamp())
       on conflict (session_id, subject_id) do update set step = dispatch_cooldowns.step + 1 returning step`,
      [sessionId, subjectId],
    );
    const seconds = secondsAfter((row?.step ?? 1) - 1);
    await execute(tx, `update dispatch_cooldowns set until = clock_timestamp() + make_interval(secs => $3) where session_id = $1 and subject_id = $2`, [sessionId, subjectId, seconds]);
  }

  /** It took the work after all. */
  async forgetCoolDown(tx: Tx, sessionId: string, subjectId: string): Promise<void> {
    await preparedExecute(tx, 'delete from dispatch_cooldowns where session_id = $1 and subject_id = $2', [sessionId, subjectId]);
  }

  /** The plan as far as a waiting or pushing run asks for it. */
  async plan(reader: Reader, id: string): Promise<{ readonly status: PlanStatus; readonly stopRequested: boolean; readonly attemptsSince: string; readonly pausedByBudget: boolean } | undefined> {
    const [row] = await rows<{ status: PlanStatus; stopRequested: boolean; attemptsSince: Date; pausedByBudget: boolean }>(
      reader,
      `select status, stop_requested as "stopRequested", attempts_since as "attemptsSince", notices @> '[{"code": "budget"}]' as "pausedByBudget" from plans where id = $1`,
      [id],
    );
    return row === undefined ? undefined : { ...row, attemptsSince: row.attemptsSince.toISOString() };
  }

  private async spending(reader: Reader, condition: string, id: string): Promise<Spending> {
    const [row] = await rows<Spending>(
      reader,
      `select (count(*) filter (where started_at is not null))::int as "startedRuns",
              coalesce(sum(coalesce((usage->>'inputTokens')::float8, 0) + coalesce((usage->>'outputTokens')::float8, 0)), 0)::float8 as tokens,
              coalesce(sum((usage->>'seconds')::float8), 0)::float8 as seconds, coalesce(sum((usage->>'costUsd')::float8), 0)::float8 as usd
         from runs where ${condition}`,
      [id],
    );
    return row ?? { startedRuns: 0, tokens: 0, seconds: 0, usd: 0 };
  }

  private async ids(reader: Reader, sql: string, parameters: readonly unknown[]): Promise<readonly string[]> {
    return (await rows<{ id: string }>(reader, sql, parameters)).map(({ id }) => id);
  }
}
