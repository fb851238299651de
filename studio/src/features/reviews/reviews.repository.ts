import { Injectable } from '@nestjs/common';
import type { Finding } from '@maestro/protocol';
import { execute, rows } from '../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../platform/database/index.js';

export interface ReviewRecord {
  readonly id: string;
  readonly taskId: string;
  readonly runId: string | null;
  readonly verdict: 'approved' | 'rejected' | 'no_verdict';
  readonly counted: boolean;
  readonly head: string;
  readonly textVersion: number;
  readonly summary: string;
  readonly findings: readonly Finding[];
  readonly by: { readonly kind: string; readonly name: string };
  readonly selfReview: boolean;
  readonly at: string;
}

@Injectable()
export class ReviewsRepository {
  async insert(tx: Tx, review: Omit<ReviewRecord, 'at'>): Promise<void> {
    const { id, taskId, runId, verdict, counted, head, textVersion, summary, findings, by, selfReview } = review;
    await execute(
      tx,
      `insert into reviews (id, task_id, run_id, verdict, counted, head, text_version, summary, findings, by, self_review) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [id, taskId, runId, verdict, counted, head, textVersion, summary, JSON.stringify(findings), JSON.stringify(by), selfReview],
    );
  }

  /** Where a task belongs, for the event of a judgement that no run gave. */
  async placeOf(reader: Reader, taskId: string): Promise<{ readonly workspaceId: string; readonly projectId: string; readonly planId: string }> {
    const [row] = await rows<{ workspaceId: string; projectId: string; planId: string }>(
      reader,
      'select p.workspace_id as "workspaceId", t.project_id as "projectId", t.plan_id as "planId" from tasks t join projects p on p.id = t.project_id where t.id = $1',
      [taskId],
    );
    if (row === undefined) throw new Error(`task.missing: ${taskId}`);
    return row;
  }

  /** Oldest first. */
  async ofTask(reader: Reader, taskId: string): Promise<readonly ReviewRecord[]> {
    const found = await rows<Omit<ReviewRecord, 'at'> & { readonly at: Date }>(
      reader,
      `select id, task_id as "taskId", run_id as "runId", verdict, counted, head, text_version as "textVersion", summary, findings, by, self_review as "selfReview", at
         from reviews where task_id = $1 order by at, id`,
      [taskId],
    );
    return found.map(({ at, ...review }) => ({ ...review, at: at.toISOString() }));
  }
}
