import { Injectable } from '@nestjs/common';
import type { ChangedFile } from '@maestro/protocol';
import { execute, rows } from '../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../platform/database/index.js';

/** A change without its files. */
export interface ChangeRecord {
  readonly id: string;
  readonly taskId: string;
  readonly runId: string | null;
  readonly head: string;
  readonly base: string;
  readonly files: number;
  readonly added: number;
  readonly removed: number;
  readonly parts: number;
  readonly at: string;
  /** All of its parts are here. */
  readonly complete: boolean;
}

const SELECT = `select c.id, c.task_id as "taskId", c.run_id as "runId", c.head, c.base, c.files, c.added, c.removed, c.parts, c.created_at as at,
  (select count(*) from change_parts p where p.change_id = c.id) = c.parts as complete from changes c`;

@Injectable()
export class ChangesRepository {
  async find(reader: Reader, taskId: string, head: string): Promise<ChangeRecord | undefined> {
    return (await this.many(reader, `${SELECT} where c.task_id = $1 and c.head = $2`, [taskId, head]))[0];
  }

  /** Newest first. */
  ofTask(reader: Reader, taskId: string): Promise<readonly ChangeRecord[]> {
    return this.many(reader, `${SELECT} where c.task_id = $1 order by c.created_at desc, c.id desc`, [taskId]);
  }

  async add(tx: Tx, change: Omit<ChangeRecord, 'at' | 'complete'>): Promise<void> {
    const { id, taskId, runId, head, base, files, added, removed, parts } = change;
    await execute(tx, 'insert into changes (id, task_id, run_id, head, base, files, added, removed, parts) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)', [id, taskId, runId, head, base, files, added, removed, parts]);
  }

  async remove(tx: Tx, id: string): Promise<void> {
    await execute(tx, 'delete from changes where id = $1', [id]);
  }

  /** A part that is there already stays as it is. */
  async addPart(tx: Tx, id: string, part: number, files: readonly ChangedFile[]): Promise<void> {
    await execute(tx, 'insert into change_parts (change_id, part, files) values ($1, $2, $3::jsonb) on conflict do nothing', [id, part, JSON.stringify(files)]);
  }

  async filesOf(reader: Reader, id: string): Promise<readonly ChangedFile[]> {
    const found = await rows<{ readonly files: readonly ChangedFile[] }>(reader, 'select files from change_parts where change_id = $1 order by part', [id]);
    return found.flatMap(({ files }) => files);
  }

  private async many(reader: Reader, sql: string, parameters: readonly unknown[]): Promise<readonly ChangeRecord[]> {
    const found = await rows<Omit<ChangeRecord, 'at'> & { readonly at: Date }>(reader, sql, parameters);
    return found.map((change) => ({ ...change, at: change.at.toISOString() }));
  }
}
