import { Injectable } from '@nestjs/common';
import { execute, rows } from '../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../platform/database/index.js';

export interface NewMerge {
  readonly id: string;
  readonly planId: string;
  /** Null for the release of the whole plan. */
  readonly taskId: string | null;
  readonly runId: string;
  readonly tip: string;
  readonly commit: string;
}

/** What landed and what was about to. */
@Injectable()
export class MergesRepository {
  async intend(tx: Tx, { id, planId, taskId, runId, tip, commit }: NewMerge): Promise<void> {
    await execute(tx, `insert into merges (id, plan_id, task_id, run_id, tip, commit, status) values ($1, $2, $3, $4, $5, $6, 'intended')`, [id, planId, taskId, runId, tip, commit]);
  }

  /** The merge that is in the branch, by whichever run; gives false when no intent was recorded for it. */
  async landed(tx: Tx, planId: string, taskId: string | null, commit: string, status: 'landed' | 'found', cls: 'exact' | 'overlay' | 'overlap' | null): Promise<boolean> {
    const sql = `update merges set status = $4, class = $5, at = clock_timestamp() where plan_id = $1 and task_id is not distinct from $2 and commit = $3 and status in ('intended', 'abandoned')`;
    return (await execute(tx, sql, [planId, taskId, commit, status, cls])) > 0;
  }

  async insertFound(tx: Tx, merge: NewMerge, cls: 'exact' | 'overlay' | 'overlap' | null): Promise<void> {
    const { id, planId, taskId, runId, tip, commit } = merge;
    await execute(tx, `insert into merges (id, plan_id, task_id, run_id, tip, commit, class, status) values ($1, $2, $3, $4, $5, $6, $7, 'found')`, [id, planId, taskId, runId, tip, commit, cls]);
  }

  /** The branch was read and holds none of these. */
  async abandon(tx: Tx, planId: string, taskId: string | null): Promise<void> {
    await execute(tx, `update merges set status = 'abandoned' where plan_id = $1 and task_id is not distinct from $2 and status = 'intended'`, [planId, taskId]);
  }

  /** Whether this run was ever given the right to push this commit. */
  async wasIntended(reader: Reader, runId: string, commit: string): Promise<boolean> {
    return (await rows(reader, 'select from merges where run_id = $1 and commit = $2', [runId, commit])).length > 0;
  }
}
