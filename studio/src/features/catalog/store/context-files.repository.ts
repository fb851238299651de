import { Injectable } from '@nestjs/common';
import type { ContextFileName } from '@maestro/protocol';
import { execute, rows } from '../../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../../platform/database/index.js';

export interface ContextFileRecord {
  readonly projectId: string;
  readonly name: ContextFileName;
  readonly version: number;
  readonly commit: string;
  readonly run: string | null;
  readonly createdAt: string;
  readonly text: string;
}

interface Row extends Omit<ContextFileRecord, 'createdAt'> {
  readonly createdAt: Date;
}

const COLUMNS = `project_id as "projectId", name, version, commit, run_id as run, created_at as "createdAt", text`;

@Injectable()
export class ContextFilesRepository {
  async add(tx: Tx, file: Pick<ContextFileRecord, 'projectId' | 'name' | 'version' | 'commit' | 'text'> & { readonly run: string }): Promise<void> {
    const { projectId, name, version, commit, run, text } = file;
    await execute(tx, 'insert into context_files (project_id, name, version, commit, run_id, text) values ($1, $2, $3, $4, $5, $6)', [projectId, name, version, commit, run, text]);
  }

  /** The newest version of each. */
  latest(reader: Reader, projectId: string): Promise<readonly ContextFileRecord[]> {
    return this.many(reader, `select distinct on (name) ${COLUMNS} from context_files where project_id = $1 order by name, version desc`, [projectId]);
  }

  versions(reader: Reader, projectId: string, name: string): Promise<readonly ContextFileRecord[]> {
    return this.many(reader, `select ${COLUMNS} from context_files where project_id = $1 and name = $2 order by version desc limit 200`, [projectId, name]);
  }

  async version(reader: Reader, projectId: string, name: string, version: number): Promise<ContextFileRecord | undefined> {
    return (await this.many(reader, `select ${COLUMNS} from context_files where project_id = $1 and name = $2 and version = $3`, [projectId, name, version]))[0];
  }

  private async many(reader: Reader, sql: string, parameters: readonly unknown[]): Promise<readonly ContextFileRecord[]> {
    return (await rows<Row>(reader, sql, parameters)).map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
  }
}
