import { Injectable } from '@nestjs/common';
import { Usage } from '@maestro/protocol';
import type { PauseScope, RunStatus } from '@maestro/protocol';
import type { Location } from '../../../platform/access/index.js';
import { preparedRows, rows } from '../../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../../platform/database/index.js';
import type { RunPatch, RunRecord } from '../domain/run.js';

/** Columns are the fields in snake_case. */
const FIELDS = [
  'id', 'workspaceId', 'projectId', 'planId', 'taskId', 'purpose', 'stage', 'candidate', 'status', 'attempt', 'revision', 'repair', 'textVersion', 'sessionId',
  'agent', 'epoch', 'leaseUntil', 'waitReasons', 'waitUntil', 'question', 'pushing', 'readOnly', 'selfReview', 'holds', 'packet', 'outcome', 'failureClass',
  'sentence', 'head', 'usage', 'match', 'trace', 'ackSeq', 'dispatchedAt', 'claimedAt', 'startedAt', 'lostAt', 'graceUntil', 'late', 'endedAt', 'createdAt',
] as const satisfies readonly (keyof RunRecord)[];

const JSON_FIELDS: ReadonlySet<string> = new Set(['packet', 'outcome', 'usage', 'match']);
const column = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
export const RUN_COLUMNS = FIELDS.map((field) => (field === 'epoch' ? 'r.epoch::int as epoch' : `r.${column(field)} as "${field}"`)).join(', ');

/** The driver gives times as Date; records carry ISO 8601, as the wire does. */
export function toRun(row: Readonly<Record<string, unknown>>): RunRecord {
  const plain = Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value instanceof Date ? value.toISOString() : value]));
  return { ...plain, usage: Usage.parse(row['usage']) } as unknown as RunRecord;
}

/** A run as it is first offered. */
export type NewRun = Pick<
  RunRecord,
  'id' | 'workspaceId' | 'projectId' | 'planId' | 'taskId' | 'purpose' | 'stage' | 'attempt' | 'revision' | 'repair' | 'textVersion' | 'agent' | 'match' | 'trace' | 'readOnly' | 'selfReview'
> & { readonly sessionId: string };

@Injectable()
export class RunsRepository {
  /** Nothing when there is a live run for the same work, or the plan's epic is busy: unique indexes decide, whoever else dispatches. */
  async insert(tx: Tx, run: NewRun): Promise<RunRecord | undefined> {
    const fields = Object.keys(run) as (keyof NewRun)[];
    const values = fields.map((field) => (JSON_FIELDS.has(field) && run[field] !== null ? JSON.stringify(run[field]) : run[field]));
    const sql = `insert into runs as r (${fields.map(column).join(', ')}, status) values (${fields.map((_, index) => `$${index + 1}`).join(', ')}, 'dispatched') on conflict do nothing returning ${RUN_COLUMNS}`;
    const [row] = await preparedRows<Record<string, unknown>>(tx, sql, values);
    return row === undefined ? undefined : toRun(row);
  }

  async find(reader: Reader, id: string): Promise<RunRecord | undefined> {
    const [row] = await preparedRows<Record<string, unknown>>(reader, `select ${RUN_COLUMNS} from runs r where r.id = $1`, [id]);
    return row === undefined ? undefined : toRun(row);
  }

  /** Holds the row until the transaction ends. Lock plan and task first: every transaction takes plan, tasks, runs in this order. */
  async lock(tx: Tx, id: string): Promise<RunRecord | undefined> {
    const [row] = await preparedRows<Record<string, unknown>>(tx, `select ${RUN_COLUMNS} from runs r where r.id = $1 for no key update`, [id]);
    return row === undefined ? undefined : toRun(row);
  }

  lockOfTask(tx: Tx, taskId: string, statuses: readonly RunStatus[]): Promise<readonly RunRecord[]> {
    return this.lockWhere(tx, 'r.task_id = $1 and r.status = any($2)', [taskId, statuses]);
  }

  /** Of the plan: its own and its tasks', or only its own. */
  lockOfPlan(tx: Tx, planId: string, statuses: readonly RunStatus[], whose: 'all' | 'own'): Promise<readonly RunRecord[]> {
    return this.lockWhere(tx, `r.plan_id = $1 and r.status = any($2)${whose === 'own' ? ' and r.task_id is null' : ''}`, [planId, statuses]);
  }

  lockOfSession(tx: Tx, sessionId: string, statuses: readonly RunStatus[]): Promise<readonly RunRecord[]> {
    return this.lockWhere(tx, 'r.session_id = $1 and r.status = any($2)', [sessionId, statuses]);
  }

  /** On offer in a workspace or a project, or to a session. */
  lockOffers(tx: Tx, scope: PauseScope, subject: string): Promise<readonly RunRecord[]> {
    return this.lockWhere(tx, `r.${scope}_id = $1 and r.status = 'dispatched'`, [subject]);
  }

  /**
   * Writes under an epoch (decision 3: every write says `WHERE id = $1 AND epoch = $2`).
   *
   * @param grantedTo the session that the new epoch is given to, which is recorded with it; left out where the epoch stays.
   * @returns the run as it is afterwards.
   * @throws Error `run.fenced` when the run has moved on: the caller did not hold its row.
   */
  async update(tx: Tx, { id, epoch }: Pick<RunRecord, 'id' | 'epoch'>, changes: RunPatch, grantedTo?: string): Promise<RunRecord> {
    // The epoch is always among them, so that there is something to write.
    const patch: RunPatch = { epoch, ...changes };
    const fields = Object.keys(patch) as (keyof RunPatch)[];
    const values: unknown[] = [];
    const set = fields.map((field) => {
      const value: unknown = patch[field];
      if (typeof value === 'object' && value !== null && 'seconds' in value && !JSON_FIELDS.has(field)) {
        values.push(value.seconds);
        return `${column(field)} = clock_timestamp() + make_interval(secs => $${values.length + 2})`;
      }
      values.push(JSON_FIELDS.has(field) && value !== null ? JSON.stringify(value) : value);
      return `${column(field)} = $${values.length + 2}`;
    });
    const update = `update runs r set ${set.join(', ')} where r.id = $1 and r.epoch = $2 returning ${RUN_COLUMNS}`;
    const granting = `with written as (${update}), granted as (insert into run_grants (run_id, epoch, session_id) select id, epoch, $${values.length + 3}::uuid from written) select * from written`;
    const found = grantedTo === undefined ? preparedRows<Record<string, unknown>>(tx, update, [id, epoch, ...values]) : preparedRows<Record<string, unknown>>(tx, granting, [id, epoch, ...values, grantedTo]);
    const [written] = await found;
    if (written === undefined) throw new Error(`run.fenced: ${id} is not at epoch ${epoch} any more`);
    return toRun(written);
  }

  /** Whether this session was given this epoch of the run. */
  async wasGranted(reader: Reader, runId: string, epoch: number, sessionId: string): Promise<boolean> {
    return (await preparedRows(reader, 'select from run_grants where run_id = $1 and epoch = $2 and session_id = $3', [runId, epoch, sessionId])).length > 0;
  }

  async locate(reader: Reader, id: string): Promise<Location | undefined> {
    const [row] = await rows<Location>(reader, 'select workspace_id as "workspaceId", project_id as "projectId" from runs where id = $1', [id]);
    return row;
  }

  private async lockWhere(tx: Tx, condition: string, parameters: readonly unknown[]): Promise<readonly RunRecord[]> {
    // By id: transactions that need several rows meet on the first one instead of in the middle.
    const found = await rows<Record<string, unknown>>(tx, `select ${RUN_COLUMNS} from runs r where ${condition} order by r.id for no key update`, parameters);
    return found.map(toRun);
  }
}
