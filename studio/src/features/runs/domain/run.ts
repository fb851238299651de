import type { MatchExplanation, Purpose, RunOutcome, RunPacket, RunStatus, StageKind, Usage, WaitReason } from '@maestro/protocol';

/** A run as stored. Times are ISO 8601. Its status is written by a step of the run table alone. */
export interface RunRecord {
  readonly id: string;
  readonly workspaceId: string;
  readonly projectId: string;
  readonly planId: string | null;
  readonly taskId: string | null;
  readonly purpose: Purpose;
  readonly stage: StageKind | null;
  readonly candidate: number;
  readonly status: RunStatus;
  readonly attempt: number;
  readonly revision: number;
  readonly repair: number;
  readonly textVersion: number;
  /** The session that it is offered to, or that holds or held it. */
  readonly sessionId: string | null;
  readonly agent: string | null;
  readonly epoch: number;
  readonly leaseUntil: string | null;
  readonly waitReasons: readonly WaitReason[];
  readonly waitUntil: string | null;
  readonly question: string | null;
  readonly pushing: boolean;
  readonly readOnly: boolean;
  readonly selfReview: boolean;
  readonly holds: readonly WaitReason[];
  readonly packet: RunPacket | null;
  readonly outcome: RunOutcome | null;
  readonly failureClass: string | null;
  readonly sentence: string | null;
  readonly head: string | null;
  readonly usage: Usage;
  readonly match: MatchExplanation | null;
  /** The W3C traceparent under which it was dispatched; null where nothing is traced. */
  readonly trace: string | null;
  readonly ackSeq: number;
  readonly dispatchedAt: string;
  readonly claimedAt: string | null;
  readonly startedAt: string | null;
  readonly lostAt: string | null;
  readonly graceUntil: string | null;
  readonly late: boolean;
  readonly endedAt: string | null;
  readonly createdAt: string;
}

/** A moment by the database's clock, so many seconds from now; 0 is now. */
export interface FromNow {
  readonly seconds: number;
}

type Timed = 'leaseUntil' | 'dispatchedAt' | 'claimedAt' | 'startedAt' | 'lostAt' | 'graceUntil' | 'endedAt';

/** What a step may write. Times are given as distances, because only the database knows what time it is. */
export type RunPatch = {
  -readonly [K in Exclude<keyof RunRecord, 'id' | 'workspaceId' | 'projectId' | 'planId' | 'taskId' | 'purpose' | 'stage' | 'createdAt'>]?: K extends Timed ? FromNow | null : RunRecord[K];
};

export const NOW: FromNow = { seconds: 0 };
