import type { NoticeView, PlanStatus } from '@maestro/protocol';

/** The release that was about to be pushed: recorded before the push, gone when its fate is known. */
export interface ReleaseIntent {
  readonly run: string;
  /** The base branch's tip that it was computed on. */
  readonly tip: string;
  readonly commit: string;
}

/** A plan as stored, without its tree. Times are ISO 8601. Status, notices and branches are written by `stepPlan` alone. */
export interface PlanRecord {
  readonly id: string;
  readonly workspaceId: string;
  readonly projectId: string;
  readonly title: string;
  readonly goal: string;
  readonly status: PlanStatus;
  readonly baseBranch: string;
  readonly epicBranch: string | null;
  readonly epicReadyAt: string | null;
  readonly epicTip: string | null;
  readonly releaseCommit: string | null;
  readonly releaseIntent: ReleaseIntent | null;
  readonly notices: readonly NoticeView[];
  readonly version: number;
  readonly attemptsSince: string;
  readonly dueAfter: string | null;
  readonly stopRequested: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly activatedAt: string | null;
  readonly endedAt: string | null;
}

/** What a step may write. */
export type PlanPatch = {
  -readonly [K in 'status' | 'epicBranch' | 'epicReadyAt' | 'epicTip' | 'releaseCommit' | 'releaseIntent' | 'notices' | 'attemptsSince' | 'dueAfter' | 'stopRequested' | 'activatedAt' | 'endedAt']?: PlanRecord[K];
};
