import { Injectable } from '@nestjs/common';
import type { PauseScope } from '@maestro/protocol';
import { execute, rows } from '../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../platform/database/index.js';

/** A pause as stored. `at` is ISO 8601. */
export interface PauseRecord {
  readonly scope: PauseScope;
  readonly subject: string;
  readonly workspaceId: string;
  readonly projectId: string | null;
  readonly by: string;
  readonly why: string;
  readonly at: string;
}

type Row = Omit<PauseRecord, 'at'> & { readonly at: Date };

const SELECT = 'select scope, subject_id as subject, workspace_id as "workspaceId", project_id as "projectId", by_name as by, why, at from pauses';
const toRecord = (row: Row): PauseRecord => ({ ...row, at: row.at.toISOString() });

@Injectable()
export class PausesRepository {
  /** False when it is paused already. */
  async insert(tx: Tx, { scope, subject, workspaceId, projectId, by, why }: Omit<PauseRecord, 'at'>): Promise<boolean> {
    const sql = 'insert into pauses (scope, subject_id, workspace_id, project_id, by_name, why) values ($1, $2, $3, $4, $5, $6) on conflict do nothing';
    return (await execute(tx, sql, [scope, subject, workspaceId, projectId, by, why])) === 1;
  }

  /** False when it was not paused. */
  async remove(tx: Tx, scope: PauseScope, subject: string): Promise<boolean> {
    return (await execute(tx, 'delete from pauses where scope = $1 and subject_id = $2', [scope, subject])) === 1;
  }

  async find(reader: Reader, scope: PauseScope, subject: string): Promise<PauseRecord | undefined> {
    const [row] = await rows<Row>(reader, `${SELECT} where scope = $1 and subject_id = $2`, [scope, subject]);
    return row === undefined ? undefined : toRecord(row);
  }

  /** The workspace's, the project's, and those of its sessions; the widest first. */
  async inProject(reader: Reader, workspaceId: string, projectId: string): Promise<readonly PauseRecord[]> {
    const sql = `${SELECT} where workspace_id = $1 and (project_id is null or project_id = $2) order by array_position(array['workspace', 'project', 'session'], scope), at, subject_id`;
    return (await rows<Row>(reader, sql, [workspaceId, projectId])).map(toRecord);
  }
}
