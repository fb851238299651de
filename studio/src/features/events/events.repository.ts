import { Injectable } from '@nestjs/common';
import type { Actor, EventKind } from '@maestro/protocol';
import { preparedExecute, preparedRows, rows } from '../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../platform/database/index.js';
import type { EventScope, StoredEvent } from './domain/event-scope.js';
import type { Position } from './domain/position.js';

/** An event to be appended. What it is about goes into the ids; the payload holds what changed. */
export interface NewEvent {
  readonly kind: EventKind;
  readonly actor: Actor;
  /** `null` only for what concerns an account or the installation; such events reach no feed, only handlers in the studio. */
  readonly workspaceId: string | null;
  readonly projectId?: string | null;
  readonly planId?: string | null;
  readonly taskId?: string | null;
  readonly runId?: string | null;
  /** Must survive JSON. Never a secret. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** The W3C traceparent of what caused it. */
  readonly trace?: string | undefined;
}

/** What was found behind a position, and how far that reading reaches. */
export interface Reading {
  readonly events: readonly StoredEvent[];
  /** Everything up to here has been seen: resume from it. */
  readonly to: Position;
  /** The txid from which on nothing could be read yet. */
  readonly horizon: string;
  /** The limit cut it off; there is more to read now. */
  readonly more: boolean;
  /** Events are committed behind `from` that had to be left out, because an older transaction was still running. */
  readonly heldBack: boolean;
}

interface Row extends Omit<StoredEvent, 'position'> {
  readonly txid: string;
  readonly seq: string;
}

/** One row without an event where nothing was found. */
type Found = { readonly heldBack: boolean } & (Row | { readonly txid: null });

const COLUMNS = `txid::text as txid, seq::text as seq, at, kind, actor, payload, workspace_id as "workspaceId", project_id as "projectId",
  plan_id as "planId", task_id as "taskId", run_id as "runId"`;

/**
 * The horizon: every transaction of this database that is still running, or may yet begin, has a txid at or above it, so nothing can
 * appear below it any more. It is the oldest of the running ones that have a txid, and at the latest the first txid that the snapshot
 * does not know. The snapshot is taken before the backends are looked at, so one that is missing here has ended, and a *later* statement
 * sees what it wrote; the same statement would not.
 *
 * `pg_snapshot_xmin` was rejected: it counts the transactions of every database of the server, so a long import next door would hold
 * back all live updates. It remains the answer where a backend of another role hides what it does. A `xid` has 32 bits and is widened by
 * its distance from the snapshot's end.
 */
const HORIZON = `
  with snapshot as (
    select pg_snapshot_xmin(taken)::text::bigint as oldest, pg_snapshot_xmax(taken)::text::bigint as next from pg_current_snapshot() as taken),
  held as (
    select backend_xid as xid from pg_stat_activity where datname = current_database() and backend_xid is not null
    union all select transaction from pg_prepared_xacts where database = current_database()),
  running as (
    select next - distance as txid from (select next, (next - xid::text::bigint) & 4294967295 as distance from snapshot, held) as found
    where distance < 2147483648),
  hidden as (
    select from pg_stat_activity where datname = current_database() and usesysid is not null and query = '<insufficient privilege>')
  select (case when exists (select from hidden) then oldest else least(next, (select min(txid) from running)) end)::text as horizon from snapshot`;

@Injectable()
export class EventsRepository {
  /** Appends in one statement, numbered in the order in which they are given. */
  async append(tx: Tx, events: readonly NewEvent[]): Promise<void> {
    await preparedExecute(
      tx,
      `insert into events (workspace_id, project_id, plan_id, task_id, run_id, kind, actor, payload, trace)
       select e.workspace, e.project, e.plan, e.task, e.run, e.kind, e.actor, e.payload, e.trace
         from rows from (jsonb_to_recordset($1::jsonb) as
                ("workspaceId" uuid, "projectId" uuid, "planId" uuid, "taskId" uuid, "runId" uuid, kind text, actor jsonb, payload jsonb, trace text))
              with ordinality as e (workspace, project, plan, task, run, kind, actor, payload, trace, place)
        order by e.place`,
      [JSON.stringify(events)],
    );
  }

  /** All events behind a position, whoever may see them. */
  after(reader: Reader, position: Position, limit: number): Promise<Reading> {
    return this.read(reader, position, limit, 'true', [], preparedRows);
  }

  /** The events behind a position that are in scope; the same rule as `inScope`. */
  inScopeAfter(reader: Reader, position: Position, limit: number, { workspaceIds, projectIds, filter }: EventScope): Promise<Reading> {
    const condition = `workspace_id = any($5::uuid[]) and ($6::uuid[] is null or project_id is null or project_id = any($6::uuid[]))
      and ($7::uuid is null or project_id = $7) and ($8::uuid is null or plan_id = $8)
      and ($9::uuid is null or task_id = $9) and ($10::uuid is null or run_id = $10)
      and ($11::text is null or kind <> $11)`;
    const { projectId = null, planId = null, taskId = null, runId = null, without = null } = filter;
    return this.read(reader, position, limit, condition, [workspaceIds, projectIds, projectId, planId, taskId, runId, without]);
  }

  /** The position of the present: behind everything that can still not appear earlier. */
  async present(reader: Reader): Promise<Position> {
    return { txid: await this.horizon(reader), seq: '0' };
  }

  private async horizon(reader: Reader): Promise<string> {
    const [row] = await preparedRows<{ horizon: string }>(reader, HORIZON);
    return row?.horizon ?? '0';
  }

  /**
   * What was left out is asked in the same statement, of the same horizon: by a newer one, an event whose obstacle has ended since would be
   * neither read nor waited for. What commits after the statement began is announced after it.
   */
  private async read(reader: Reader, from: Position, limit: number, condition: string, parameters: readonly unknown[], ask: typeof rows = rows): Promise<Reading> {
    const horizon = await this.horizon(reader);
    // The order is of numbers: `txid` and `seq` of the result are text, which sorts 9 behind 10.
    const sql = `select found.*, exists (select from events where (txid, seq) > ($1::xid8, $2::bigint) and txid >= $3::xid8) as "heldBack"
      from (values (true)) as one left join lateral (
        select ${COLUMNS}, row_number() over (order by events.txid, events.seq) as place from events
         where (txid, seq) > ($1::xid8, $2::bigint) and txid < $3::xid8 and ${condition}
         order by events.txid, events.seq limit $4) as found on true
      order by found.place`;
    const found = await ask<Found>(reader, sql, [from.txid, from.seq, horizon, limit + 1, ...parameters]);
    const read = found.filter((row) => row.txid !== null);
    const events = read.slice(0, limit).map(storedOf);
    const more = read.length > limit;
    const last = events.at(-1)?.position;
    return { events, to: more && last !== undefined ? last : laterOf(from, { txid: horizon, seq: '0' }), horizon, more, heldBack: found[0]?.heldBack ?? false };
  }
}

function storedOf({ txid, seq, at, kind, actor, payload, workspaceId, projectId, planId, taskId, runId }: Row): StoredEvent {
  return { position: { txid, seq }, at, kind, actor, payload, workspaceId, projectId, planId, taskId, runId };
}

/** A reader that came from the future (a database restored from a backup) must not be sent back. */
function laterOf(from: Position, horizon: Position): Position {
  return BigInt(horizon.txid) > BigInt(from.txid) ? horizon : from;
}
