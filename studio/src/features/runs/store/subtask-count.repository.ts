import { Injectable } from '@nestjs/common';
import { rows } from '../../../platform/database/repository-access.js';
import type { Reader } from '../../../platform/database/index.js';

@Injectable()
export class SubtaskCountRepository {
  /** Subtasks that a run has asked for. */
  async ofRun(reader: Reader, runId: string): Promise<number> {
    const [row] = await rows<{ count: number }>(reader, 'select count(*)::int as count from tasks where parent_run_id = $1', [runId]);
    return row?.count ?? 0;
  }
}
