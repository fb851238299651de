import type { AnalysisStatus, RepositoryReport, RunStatus } from '@maestro/protocol';

/** An analysis as stored. Times are ISO 8601. */
export interface AnalysisRecord {
  readonly id: string;
  readonly workspaceId: string;
  readonly projectId: string;
  readonly sessionId: string | null;
  readonly status: 'open' | 'done' | 'failed';
  readonly sentence: string;
  readonly runId: string | null;
  readonly commit: string | null;
  readonly report: RepositoryReport | null;
  readonly requestedAt: string;
  readonly endedAt: string | null;
}

/** The newest run since it was asked for. */
export interface AnalysisRun {
  readonly id: string;
  readonly status: RunStatus;
  /** Lost, and may still come back. */
  readonly inGrace: boolean;
}

/** How far it is, as people see it. */
export function statusOf({ status }: Pick<AnalysisRecord, 'status'>, run: AnalysisRun | undefined): AnalysisStatus {
  if (status !== 'open') return status;
  return run?.status === 'claimed' || run?.status === 'running' ? 'running' : 'waiting';
}

export type NextStep = 'offer' | 'wait' | 'stopped';

/** What is to be done for an open analysis: a run that a person cancelled is not made again. */
export function nextStep(run: AnalysisRun | undefined): NextStep {
  switch (run?.status) {
    case 'dispatched':
    case 'claimed':
    case 'running':
    case 'waiting':
      return 'wait';
    case 'lost':
      return run.inGrace ? 'wait' : 'offer';
    case 'cancelled':
      return 'stopped';
    default:
      return 'offer';
  }
}
