import { Injectable } from '@nestjs/common';
import type { Location } from '../../platform/access/index.js';
import { databaseNow } from '../../platform/database/index.js';
import { execute, preparedRows, rows } from '../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../platform/database/index.js';
import type { PlanPatch, PlanRecord } from './domain/plan.js';

export interface NewPlan {
  readonly id: string;
  readonly projectId: string;
  readonly title: string;
  readonly goal: string;
  readonly baseBranch: string;
  readonly createdBy: string | null;
}

/** Columns are the fields in snake_case; the workspace comes from the project. */
const FIELDS = [
  'id', 'projectId', 'title', 'goal', 'status', 'baseBranch', 'epicBranch', 'epicReadyAt', 'epicTip', 'releaseCommit', 'releaseIntent', 'notices', 'version',
  'attemptsSince', 'dueAfter', 'stopRequested', 'createdAt', 'updatedAt', 'activatedAt', 'endedAt',
] as const satisfies readonly (keyof PlanRecord)[];

const JSON_FIELDS: ReadonlySet<string> = new Set<keyof PlanPatch>(['notices', 'releaseIntent']);
const column = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const SELECT = `select ${FIELDS.map((field) => `l.${column(field)} as "${field}"`).join(', ')}, p.workspace_id as "workspaceId"
  from plans l join projects p on p.id = l.project_id`;

/** The driver gives times as Date; records carry ISO 8601, as the wire does. */
function toRecord(row: Readonly<Record<string, unknown>>): PlanRecord {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value instanceof Date ? value.toISOString() : value])) as unknown as PlanRecord;
}

@Injectable()
export class PlansRepository {
  async insert(tx: Tx, { id, projectId, title, goal, baseBranch, createdBy }: NewPlan): Promise<void> {
    await execute(tx, 'insert into plans (id, project_id, title, goal, base_branch, created_by) values ($1, $2, $3, $4, $5, $6)', [id, projectId, title, goal, baseBranch, createdBy]);
  }

  async find(reader: Reader, id: string): Promise<PlanRecord | undefined> {
    const [row] = await preparedRows<Record<string, unknown>>(reader, `${SELECT} where l.id = $1`, [id]);
    return row === undefined ? undefined : toRecord(row);
  }

  /** Holds the row until the transaction ends. Every transaction takes plan, tasks, runs in this order. Rows that name the plan may be added meanwhile. */
  async lock(tx: Tx, id: string): Promise<PlanRecord | undefined> {
    const [row] = await preparedRows<Record<string, unknown>>(tx, `${SELECT} where l.id = $1 for no key update of l`, [id]);
    return row === undefined ? undefined : toRecord(row);
  }

  /** Newest first. */
  async ofProject(reader: Reader, projectId: string, before: string | undefined, limit: number): Promise<readonly PlanRecord[]> {
    const found = await rows<Record<string, unknown>>(
      reader,
      `${SELECT} where l.project_id = $1 and ($2::uuid is null or l.id < $2::uuid) order by l.id desc limit $3`,
      [projectId, before ?? null, limit],
    );
    return found.map(toRecord);
  }

  async update(tx: Tx, id: string, patch: PlanPatch): Promise<void> {
    const fields = Object.keys(patch) as (keyof PlanPatch)[];
    if (fields.length === 0) return;
    const values = fields.map((field) => (JSON_FIELDS.has(field) && patch[field] !== null ? JSON.stringify(patch[field]) : patch[field]));
    await execute(tx, `update plans set ${fields.map((field, index) => `${column(field)} = $${index + 2}`).join(', ')}, updated_at = now() where id = $1`, [id, ...values]);
  }

  /** A new version of the plan's text. */
  async rewrite(tx: Tx, id: string, { title, goal }: { readonly title: string; readonly goal: string }): Promise<void> {
    await execute(tx, 'update plans set title = $2, goal = $3, version = version + 1, updated_at = now() where id = $1', [id, title, goal]);
  }

  /** Whether an open plan of the project has found a branch in the way of every `epic/…`. */
  async knowsEpicBlocked(reader: Reader, projectId: string): Promise<boolean> {
    const found = await rows<{ id: string }>(
      reader,
      `select id from plans where project_id = $1 and status in ('active', 'paused')
          and notices @> '[{"code": "bootstrap_failed", "details": {"epicBlocked": true}}]' limit 1`,
      [projectId],
    );
    return found.length > 0;
  }

  /** Plans whose notice of this code stands in a project. */
  async withNotice(reader: Reader, projectId: string, code: string): Promise<readonly string[]> {
    const found = await rows<{ id: string }>(
      reader,
      `select id from plans where project_id = $1 and status in ('active', 'paused') and notices @> $2 order by id`,
      [projectId, JSON.stringify([{ code }])],
    );
    return found.map(({ id }) => id);
  }

  async locate(reader: Reader, id: string): Promise<Location | undefined> {
    const [row] = await rows<Location>(reader, 'select p.workspace_id as "workspaceId", p.id as "projectId" from plans l join projects p on p.id = l.project_id where l.id = $1', [id]);
    return row;
  }

  async now(reader: Reader): Promise<string> {
    return (await databaseNow(reader)).toISOString();
  }
}
