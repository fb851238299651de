import { Injectable } from '@nestjs/common';
import { execute, preparedRows, rows } from '../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../platform/database/index.js';
import type { Location } from '../../platform/access/index.js';
import type { TaskPatch, TaskRecord } from './domain/task.js';

/** Column of each field that differs from snake_case of its name: none. The list is the one place that knows what a task row has. */
const FIELDS = [
  'id', 'projectId', 'planId', 'phaseId', 'number', 'key', 'title', 'description', 'acceptanceCriteria', 'skills', 'level', 'priority',
  'estimateMinutes', 'position', 'parentId', 'parentRunId', 'depth', 'textVersion', 'status', 'blockedCode', 'blockedFrom', 'blockedSentence',
  'question', 'assignee', 'assignedBy', 'offeredAt', 'acceptedAt', 'pinnedSession', 'revisions', 'repairs', 'startedRuns', 'lostRuns',
  'noVerdicts', 'grantedRevisions', 'grantedRepairs', 'grantedRuns', 'grantedLost', 'attemptsSince', 'branch', 'head', 'base', 'tree', 'baseTree',
  'producedTip', 'rejectedTree', 'authorSession', 'authorMember', 'approval', 'reviewApprovedAt', 'deltaPaths', 'overlapTip', 'repairTip', 'failedOutput',
  'findings', 'answers', 'intent', 'cancelRequestedAt', 'mergeCommit', 'dueAfter', 'avoidSession', 'laneSession', 'stageEnteredAt',
  'createdAt', 'updatedAt',
] as const satisfies readonly (keyof TaskRecord)[];

const JSON_FIELDS: ReadonlySet<string> = new Set(['acceptanceCriteria', 'skills', 'approval', 'deltaPaths', 'findings', 'answers', 'intent']);
const column = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const SELECT = FIELDS.map((field) => `t.${column(field)} as "${field}"`).join(', ');

/** The driver gives times as Date; records carry ISO 8601, as the wire does. */
function toRecord(row: Record<string, unknown>): TaskRecord {
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value instanceof Date ? value.toISOString() : value])) as unknown as TaskRecord;
}

export interface NewTask {
  readonly id: string;
  readonly projectId: string;
  readonly planId: string;
  readonly phaseId: string;
  readonly number: number;
  readonly key: string;
  readonly title: string;
  readonly description: string;
  readonly acceptanceCriteria: readonly string[];
  readonly skills: readonly { readonly slug: string; readonly min: number }[];
  readonly priority: number;
  readonly estimateMinutes: number | null;
  readonly position: number;
  readonly level: number;
  readonly branch: string;
  readonly parentId: string | null;
  readonly parentRunId: string | null;
  readonly depth: number;
}

export interface Dependency {
  readonly taskId: string;
  readonly dependsOn: string;
  readonly waived: boolean;
}

@Injectable()
export class TasksRepository {
  async find(reader: Reader, id: string): Promise<TaskRecord | undefined> {
    const [row] = await preparedRows<Record<string, unknown>>(reader, `select ${SELECT} from tasks t where t.id = $1`, [id]);
    return row === undefined ? undefined : toRecord(row);
  }

  async planOf(reader: Reader, id: string): Promise<string | undefined> {
    const [row] = await preparedRows<{ planId: string }>(reader, 'select plan_id as "planId" from tasks where id = $1', [id]);
    return row?.planId;
  }

  /** Holds the row until the transaction ends. Lock the plan first: every transaction takes plan, tasks, runs in this order. */
  async lock(tx: Tx, id: string): Promise<TaskRecord | undefined> {
    const [row] = await preparedRows<Record<string, unknown>>(tx, `select ${SELECT} from tasks t where t.id = $1 for update`, [id]);
    return row === undefined ? undefined : toRecord(row);
  }

  async ofPlan(reader: Reader, planId: string): Promise<readonly TaskRecord[]> {
    const found = await rows<Record<string, unknown>>(
      reader,
      `select ${SELECT} from tasks t join phases p on p.id = t.phase_id where t.plan_id = $1 order by p.position, t.position, t.number`,
      [planId],
    );
    return found.map(toRecord);
  }

  async offeredTo(reader: Reader, memberId: string): Promise<readonly TaskRecord[]> {
    const found = await rows<Record<string, unknown>>(
      reader,
      `select ${SELECT} from tasks t where t.assignee = $1 and t.status not in ('done', 'cancelled') order by t.offered_at, t.number`,
      [memberId],
    );
    return found.map(toRecord);
  }

  async offersOlderThanPolicy(reader: Reader): Promise<readonly string[]> {
    const found = await rows<{ id: string }>(
      reader,
      `select t.id from tasks t join projects p on p.id = t.project_id
       where t.assignee is not null and t.accepted_at is null and t.offered_at < now() - make_interval(hours => (p.policy->>'offerHours')::int)
       order by t.id limit 100`,
    );
    return found.map((row) => row.id);
  }

  async insert(tx: Tx, task: NewTask): Promise<void> {
    const fields = Object.keys(task) as (keyof NewTask)[];
    const values = fields.map((field) => (JSON_FIELDS.has(field) ? JSON.stringify(task[field]) : task[field]));
    await execute(tx, `insert into tasks (${fields.map(column).join(', ')}) values (${fields.map((_, index) => `$${index + 1}`).join(', ')})`, values);
  }

  /** Gives the task as it is afterwards; `undefined` where nothing was to be written. */
  async update(tx: Tx, id: string, patch: TaskPatch): Promise<TaskRecord | undefined> {
    const fields = Object.keys(patch) as (keyof TaskPatch)[];
    if (fields.length === 0) return undefined;
    const values = fields.map((field) => (JSON_FIELDS.has(field) && patch[field] !== null ? JSON.stringify(patch[field]) : patch[field]));
    const set = fields.map((field, index) => `${column(field)} = $${index + 2}`).join(', ');
    const [row] = await preparedRows<Record<string, unknown>>(tx, `update tasks t set ${set}, updated_at = now() where t.id = $1 returning ${SELECT}`, [id, ...values]);
    return row === undefined ? undefined : toRecord(row);
  }

  /** With its dependencies, in both directions. */
  async remove(tx: Tx, id: string): Promise<void> {
    await execute(tx, 'delete from tasks where id = $1', [id]);
  }

  async dependenciesOfPlan(reader: Reader, planId: string): Promise<readonly Dependency[]> {
    return rows<Dependency>(
      reader,
      `select d.task_id as "taskId", d.depends_on as "dependsOn", d.waived from task_dependencies d join tasks t on t.id = d.task_id
       where t.plan_id = $1 order by d.task_id, d.depends_on`,
      [planId],
    );
  }

  async dependenciesOf(reader: Reader, taskId: string): Promise<readonly string[]> {
    const found = await rows<{ id: string }>(reader, 'select depends_on as id from task_dependencies where task_id = $1 order by depends_on', [taskId]);
    return found.map((row) => row.id);
  }

  async setDependencies(tx: Tx, taskId: string, dependsOn: readonly string[]): Promise<void> {
    await execute(tx, 'delete from task_dependencies where task_id = $1 and depends_on <> all($2::uuid[])', [taskId, dependsOn]);
    await this.addDependencies(tx, taskId, dependsOn);
  }

  async addDependencies(tx: Tx, taskId: string, dependsOn: readonly string[]): Promise<void> {
    if (dependsOn.length === 0) return;
    await execute(tx, 'insert into task_dependencies (task_id, depends_on) select $1, unnest($2::uuid[]) on conflict do nothing', [taskId, dependsOn]);
  }

  addDependency(tx: Tx, taskId: string, dependsOn: string): Promise<void> {
    return this.addDependencies(tx, taskId, [dependsOn]);
  }

  /** Keys of the cancelled tasks that this one still waits for. */
  async cancelledDependencies(reader: Reader, taskId: string): Promise<readonly string[]> {
    const found = await rows<{ key: string }>(
      reader,
      `select o.key from task_dependencies d join tasks o on o.id = d.depends_on
       where d.task_id = $1 and not d.waived and o.status = 'cancelled' order by o.number`,
      [taskId],
    );
    return found.map((row) => row.key);
  }

  async dropCancelledDependencies(tx: Tx, taskId: string): Promise<void> {
    await execute(tx, `delete from task_dependencies d using tasks o where d.task_id = $1 and o.id = d.depends_on and o.status = 'cancelled'`, [taskId]);
  }

  async waiveCancelledDependencies(tx: Tx, taskId: string): Promise<void> {
    await execute(
      tx,
      `update task_dependencies d set waived = true from tasks o where d.task_id = $1 and o.id = d.depends_on and o.status = 'cancelled'`,
      [taskId],
    );
  }

  /** Tasks that look at the "depends on a cancelled task" condition and wait for this one. */
  async conditionDependents(reader: Reader, taskId: string): Promise<readonly string[]> {
    const found = await rows<{ id: string }>(
      reader,
      `select t.id from task_dependencies d join tasks t on t.id = d.task_id
       where d.depends_on = $1 and not d.waived and (t.status = 'queued' or t.blocked_code = 'dependency_cancelled') order by t.id`,
      [taskId],
    );
    return found.map((row) => row.id);
  }

  async counts(reader: Reader, planId: string): Promise<{ readonly total: number; readonly open: number; readonly done: number; readonly cancelled: number }> {
    const [row] = await rows<{ total: number; done: number; cancelled: number }>(
      reader,
      `select count(*)::int as total, (count(*) filter (where status = 'done'))::int as done, (count(*) filter (where status = 'cancelled'))::int as cancelled
       from tasks where plan_id = $1`,
      [planId],
    );
    const { total, done, cancelled } = row ?? { total: 0, done: 0, cancelled: 0 };
    return { total, done, cancelled, open: total - done - cancelled };
  }

  async locate(reader: Reader, id: string): Promise<Location | undefined> {
    const [row] = await rows<Location>(
      reader,
      'select p.workspace_id as "workspaceId", t.project_id as "projectId" from tasks t join projects p on p.id = t.project_id where t.id = $1',
      [id],
    );
    return row;
  }

  async byKey(reader: Reader, projectId: string, key: string): Promise<string | undefined> {
    const [row] = await rows<{ id: string }>(reader, 'select id from tasks where project_id = $1 and key = $2', [projectId, key]);
    return row?.id;
  }
}
