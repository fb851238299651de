import { Injectable } from '@nestjs/common';
import { rows } from '../../../platform/database/repository-access.js';
import type { Reader } from '../../../platform/database/index.js';
import type { RunRecord } from '../domain/run.js';
import { RUN_COLUMNS, toRun } from './runs.repository.js';

/** A run with the names that people know its task and session by. */
export interface SeenRun extends RunRecord {
  readonly taskKey: string | null;
  readonly sessionName: string | null;
}

/** The packet is left out: it is large, and for the machine. */
const SELECT = `select ${RUN_COLUMNS.replace('r.packet as "packet", ', '')}, t.key as "taskKey", s.name as "sessionName"
  from runs r left join tasks t on t.id = r.task_id left join agent_sessions s on s.id = r.session_id`;

const seen = (row: Readonly<Record<string, unknown>>): SeenRun => ({ ...toRun(row), taskKey: row['taskKey'] as string | null, sessionName: row['sessionName'] as string | null });

@Injectable()
export class RunViewsRepository {
  async find(reader: Reader, id: string): Promise<SeenRun | undefined> {
    const [row] = await rows<Record<string, unknown>>(reader, `${SELECT} where r.id = $1`, [id]);
    return row === undefined ? undefined : seen(row);
  }

  /** Newest first. Ids are in the order in which the runs were made. */
  async ofTask(reader: Reader, taskId: string, before: string | undefined, limit: number): Promise<readonly SeenRun[]> {
    return this.page(reader, 'r.task_id = $1', taskId, before, limit);
  }

  async ofProject(reader: Reader, projectId: string, before: string | undefined, limit: number): Promise<readonly SeenRun[]> {
    return this.page(reader, 'r.project_id = $1', projectId, before, limit);
  }

  private async page(reader: Reader, condition: string, id: string, before: string | undefined, limit: number): Promise<readonly SeenRun[]> {
    const found = await rows<Record<string, unknown>>(reader, `${SELECT} where ${condition} and ($2::uuid is null or r.id < $2) order by r.id desc limit $3`, [id, before ?? null, limit]);
    return found.map(seen);
  }
}
