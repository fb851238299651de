import { Injectable } from '@nestjs/common';
import type { RepositoryReport } from '@maestro/protocol';
import { execute, rows } from '../../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../../platform/database/index.js';
import type { AnalysisRecord, AnalysisRun } from '../domain/analysis.js';

interface Row extends Omit<AnalysisRecord, 'requestedAt' | 'endedAt'> {
  readonly requestedAt: Date;
  readonly endedAt: Date | null;
}

const COLUMNS = `id, workspace_id as "workspaceId", project_id as "projectId", session_id as "sessionId", status, sentence, run_id as "runId", commit, report,
  requested_at as "requestedAt", ended_at as "endedAt"`;

const recordOf = (row: Row): AnalysisRecord => ({ ...row, requestedAt: row.requestedAt.toISOString(), endedAt: row.endedAt?.toISOString() ?? null });

@Injectable()
export class AnalysesRepository {
  /** False when one is open already. */
  async insert(tx: Tx, analysis: { readonly id: string; readonly workspaceId: string; readonly projectId: string; readonly sessionId: string | null; readonly requestedBy: string }): Promise<boolean> {
    const { id, workspaceId, projectId, sessionId, requestedBy } = analysis;
    return (await execute(tx, 'insert into analyses (id, workspace_id, project_id, session_id, requested_by) values ($1, $2, $3, $4, $5) on conflict do nothing', [id, workspaceId, projectId, sessionId, requestedBy])) === 1;
  }

  async latest(reader: Reader, projectId: string): Promise<AnalysisRecord | undefined> {
    return this.one(reader, 'project_id = $1 order by requested_at desc, id desc limit 1', projectId);
  }

  /** Holds the project's open analysis until the transaction ends. */
  async lockOpen(tx: Tx, projectId: string): Promise<AnalysisRecord | undefined> {
    return this.one(tx, `project_id = $1 and status = 'open' for no key update`, projectId);
  }

  async open(reader: Reader): Promise<readonly AnalysisRecord[]> {
    return (await rows<Row>(reader, `select ${COLUMNS} from analyses where status = 'open' order by requested_at, id`)).map(recordOf);
  }

  /** The newest run since it was asked for. */
  async run(reader: Reader, { projectId, requestedAt }: Pick<AnalysisRecord, 'projectId' | 'requestedAt'>): Promise<AnalysisRun | undefined> {
    const [row] = await rows<AnalysisRun>(
      reader,
      `select id, status, coalesce(grace_until > clock_timestamp(), false) as "inGrace" from runs
        where project_id = $1 and purpose = 'repo_analysis' and created_at >= $2 order by created_at desc limit 1`,
      [projectId, requestedAt],
    );
    return row;
  }

  /** Runs of it that came to nothing. */
  async failures(reader: Reader, { projectId, requestedAt }: Pick<AnalysisRecord, 'projectId' | 'requestedAt'>): Promise<number> {
    const [row] = await rows<{ count: number }>(
      reader,
      `select count(*)::int as count from runs where project_id = $1 and purpose = 'repo_analysis' and created_at >= $2 and status in ('failed', 'timed_out', 'stalled')`,
      [projectId, requestedAt],
    );
    return row?.count ?? 0;
  }

  async end(tx: Tx, id: string, end: { readonly status: 'done' | 'failed'; readonly sentence: string; readonly runId: string | null; readonly commit: string | null; readonly report: RepositoryReport | null }): Promise<void> {
    const { status, sentence, runId, commit, report } = end;
    await execute(tx, 'update analyses set status = $2, sentence = $3, run_id = $4, commit = $5, report = $6, ended_at = clock_timestamp() where id = $1', [
      id, status, sentence, runId, commit, report === null ? null : JSON.stringify(report),
    ]);
  }

  private async one(reader: Reader, condition: string, parameter: string): Promise<AnalysisRecord | undefined> {
    const [row] = await rows<Row>(reader, `select ${COLUMNS} from analyses where ${condition}`, [parameter]);
    return row === undefined ? undefined : recordOf(row);
  }
}
