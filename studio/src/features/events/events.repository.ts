import { Injectable } from '@nestjs/common';
import type { Actor, EventKind } from '@maestro/protocol';
import { execute, rows } from '../../platform/database/repository-access.js';
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
}

/** What was found behind a position, and how far that reading reaches. */
export interface Reading {
  readonly events: readonly StoredEvent[];
  /** Everything up to here has been seen: resume from it. */
  readonly to: Position;
  /** The limit cut it off; there is more to read now. */
  readonly more: boolean;
}

interface Row extends Omit<StoredEvent, 'position'> {
  readonly txid: string;
  readonly seq: string;
}

const COLUMNS = `txid::text as txid, seq::text as seq, at, kind, actor, payload, workspace_id as "workspaceId", project_id as "projectId",
  plan_id as "planId", task_id as "taskId", run_id as "runId"`;

/** Every transaction that is still running has a txid at or above this, so nothing can appear below it any more. */
const HORIZON = 'pg_snapshot_xmin(pg_current_snapshot())';

@Injectable()
export class EventsRepository {
  async append(tx: Tx, { workspaceId, projectId, planId, taskId, runId, kind, actor, payload }: NewEvent): Promise<void> {
    await execute(
      tx,
      `insert into events (workspace_id, project_id, plan_id, task_id, run_id, kind, actor, payload) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [workspaceId, projectId ?? null, planId ?? null, taskId ?? null, runId ?? null, kind, JSON.stringify(actor), JSON.stringify(payload)],
    );
  }

  /** All events behind a position, whoever may see them. */
  after(reader: Reader, position: Position, limit: number): Promise<Reading> {
    return this.read(reader, position, limit, 'true', []);
  }

  /** The events behind a position that are in scope; the same rule as `inScope`. */
  inScopeAfter(reader: Reader, position: Position, limit: number, { workspaceIds, projectIds, filter }: EventScope): Promise<Reading> {
    const condition = `workspace_id = any($4::uuid[]) and ($5::uuid[] is null or project_id is null or project_id = any($5::uuid[]))
      and ($6::uuid is null or project_id = $6) and ($7::uuid is null or plan_id = $7)
      and ($8::uuid is null or task_id = $8) and ($9::uuid is null or run_id = $9)`;
    const { projectId = null, planId = null, taskId = null, runId = null } = filter;
    return this.read(reader, position, limit, condition, [workspaceIds, projectIds, projectId, planId, taskId, runId]);
  }

  /** The position of the present: behind everything that can still not appear earlier. */
  async present(reader: Reader): Promise<Position> {
    const [row] = await rows<{ txid: string }>(reader, `select ${HORIZON}::text as txid`);
    return { txid: row?.txid ?? '0', seq: '0' };
  }

  /** Whether events are committed behind this position that may not be read yet, because an older transaction is still running. */
  async heldBack(reader: Reader, { txid, seq }: Position): Promise<boolean> {
    const found = await rows(reader, `select from events where (txid, seq) > ($1::xid8, $2::bigint) and txid >= ${HORIZON} limit 1`, [txid, seq]);
    return found.length > 0;
  }

  /**
   * One statement reads the rows and the horizon, so both belong to one snapshot. The left join keeps the horizon when there are no rows.
   */
  private async read(reader: Reader, from: Position, limit: number, condition: string, parameters: readonly unknown[]): Promise<Reading> {
    const sql = `
      with horizon as (select ${HORIZON} as xmin),
      found as (
        select * from events where (txid, seq) > ($1::xid8, $2::bigint) and txid < (select xmin from horizon) and ${condition}
        order by txid, seq limit $3)
      select horizon.xmin::text as xmin, ${COLUMNS} from horizon left join found on true order by found.txid, found.seq`;
    const found = await rows<Row & { readonly xmin: string }>(reader, sql, [from.txid, from.seq, limit + 1, ...parameters]);
    const events = found.filter(({ seq }) => seq !== null).map(storedOf);
    const kept = events.slice(0, limit);
    const more = events.length > limit;
    const last = kept.at(-1)?.position;
    const xmin = found[0]?.xmin ?? from.txid;
    return { events: kept, to: more && last !== undefined ? last : laterOf(from, { txid: xmin, seq: '0' }), more };
  }
}

function storedOf({ txid, seq, at, kind, actor, payload, workspaceId, projectId, planId, taskId, runId }: Row): StoredEvent {
  return { position: { txid, seq }, at, kind, actor, payload, workspaceId, projectId, planId, taskId, runId };
}

/** A reader that came from the future (a database restored from a backup) must not be sent back. */
function laterOf(from: Position, horizon: Position): Position {
  return BigInt(horizon.txid) > BigInt(from.txid) ? horizon : from;
}
