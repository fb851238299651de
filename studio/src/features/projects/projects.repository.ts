import { Injectable } from '@nestjs/common';
import { Policy } from '@maestro/protocol';
import { execute, preparedRows, rows } from '../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../platform/database/index.js';
import type { ProjectRecord } from './domain/project.js';

interface Row extends Omit<ProjectRecord, 'createdAt'> {
  readonly createdAt: Date;
}

export type NewProject = Omit<ProjectRecord, 'createdAt'> & { readonly createdBy: string | null };

const SELECT = `select id, workspace_id as "workspaceId", key, name, provider, normalized_remote as "normalizedRemote", remote,
  base_branch as "baseBranch", policy, created_at as "createdAt" from projects`;

/** A policy stored before a knob existed has that knob's default. */
function toRecord(row: Row): ProjectRecord {
  return { ...row, policy: Policy.parse(row.policy), createdAt: row.createdAt.toISOString() };
}

@Injectable()
export class ProjectsRepository {
  /** False when the key or the remote is taken in the workspace. */
  async insert(tx: Tx, project: NewProject): Promise<boolean> {
    const { id, workspaceId, key, name, provider, normalizedRemote, remote, baseBranch, policy, createdBy } = project;
    // No exception to catch: a failed insert would end the transaction, and the next key is tried in the same one.
    const inserted = await execute(
      tx,
      `insert into projects (id, workspace_id, key, name, provider, normalized_remote, remote, base_branch, policy, created_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
      [id, workspaceId, key, name, provider, normalizedRemote, JSON.stringify(remote), baseBranch, JSON.stringify(policy), createdBy],
    );
    return inserted === 1;
  }

  async find(reader: Reader, id: string): Promise<ProjectRecord | undefined> {
    const [row] = await preparedRows<Row>(reader, `${SELECT} where id = $1`, [id]);
    return row === undefined ? undefined : toRecord(row);
  }

  /** The policy with the database's own time, for whoever decides by both. */
  async policyNow(reader: Reader, id: string): Promise<{ readonly policy: Policy; readonly now: Date } | undefined> {
    const [row] = await preparedRows<{ policy: unknown; now: Date }>(reader, 'select policy, clock_timestamp() as now from projects where id = $1', [id]);
    return row === undefined ? undefined : { policy: Policy.parse(row.policy), now: row.now };
  }

  async lock(tx: Tx, id: string): Promise<ProjectRecord | undefined> {
    const [row] = await rows<Row>(tx, `${SELECT} where id = $1 for no key update`, [id]);
    return row === undefined ? undefined : toRecord(row);
  }

  async byRemote(reader: Reader, workspaceIds: readonly string[], normalizedRemotes: readonly string[]): Promise<readonly ProjectRecord[]> {
    const found = await rows<Row>(reader, `${SELECT} where workspace_id = any($1::uuid[]) and normalized_remote = any($2::text[]) order by id`, [workspaceIds, normalizedRemotes]);
    return found.map(toRecord);
  }

  /** @param only `null` for all of the workspace. */
  async ofWorkspace(reader: Reader, workspaceId: string, only: readonly string[] | null, after: string | undefined, limit: number): Promise<readonly ProjectRecord[]> {
    const found = await rows<Row>(
      reader,
      `${SELECT} where workspace_id = $1 and ($2::uuid[] is null or id = any($2::uuid[])) and ($3::uuid is null or id > $3::uuid) order by id limit $4`,
      [workspaceId, only, after ?? null, limit],
    );
    return found.map(toRecord);
  }

  /** @param only `null` for all of the workspace. */
  listed(reader: Reader, workspaceId: string, only: readonly string[] | null): Promise<readonly Pick<ProjectRecord, 'id' | 'key' | 'name' | 'normalizedRemote'>[]> {
    return rows(
      reader,
      'select id, key, name, normalized_remote as "normalizedRemote" from projects where workspace_id = $1 and ($2::uuid[] is null or id = any($2::uuid[])) order by key',
      [workspaceId, only],
    );
  }

  async update(tx: Tx, id: string, { name, baseBranch, policy }: Pick<ProjectRecord, 'name' | 'baseBranch' | 'policy'>): Promise<void> {
    await execute(tx, 'update projects set name = $2, base_branch = $3, policy = $4 where id = $1', [id, name, baseBranch, JSON.stringify(policy)]);
  }

  /** The last of `count` numbers that nobody else will get; the row stays locked until the transaction ends. */
  async countUp(tx: Tx, id: string, count: number): Promise<{ readonly key: string; readonly last: number } | undefined> {
    const [row] = await rows<{ key: string; last: number }>(tx, 'update projects set task_counter = task_counter + $2 where id = $1 returning key, task_counter as last', [id, count]);
    return row;
  }
}
