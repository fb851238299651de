import type { BlockedCode, Finding, TaskState, TaskStatus } from '@maestro/protocol';

/** What an approval names. A changed head, base or text voids it (invariant 4). */
export interface Approval {
  readonly head: string;
  readonly base: string;
  readonly tree: string;
  /** The epic's tip that the reviewer knew. */
  readonly tip: string;
  /** The reviewer saw the overlap with that tip. */
  readonly overlapSeen: boolean;
  readonly textVersion: number;
  /** The review run, or null when a person approved by hand. */
  readonly run: string | null;
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/** A push that was granted and whose outcome is not known yet. */
export interface Intent {
  readonly run: string;
  readonly head: string;
  readonly tip: string;
  readonly commit: string;
}

/** A task as stored. Everything but identity, text and place is written by {@link import('./step.js').stepTask} alone. */
export interface TaskRecord {
  readonly id: string;
  readonly projectId: string;
  readonly planId: string;
  readonly phaseId: string;
  readonly number: number;
  readonly key: string;
  readonly title: string;
  readonly description: string;
  readonly acceptanceCriteria: readonly string[];
  readonly skills: readonly { readonly slug: string; readonly min: number }[];
  readonly level: number;
  readonly priority: number;
  readonly estimateMinutes: number | null;
  readonly position: number;
  readonly parentId: string | null;
  readonly parentRunId: string | null;
  readonly depth: number;
  readonly textVersion: number;
  readonly status: TaskStatus;
  readonly blockedCode: BlockedCode | null;
  readonly blockedFrom: TaskStatus | null;
  readonly blockedSentence: string | null;
  readonly question: string | null;
  readonly assignee: string | null;
  readonly assignedBy: string | null;
  readonly offeredAt: string | null;
  readonly acceptedAt: string | null;
  readonly pinnedSession: string | null;
  readonly revisions: number;
  readonly repairs: number;
  readonly startedRuns: number;
  readonly lostRuns: number;
  readonly noVerdicts: number;
  readonly grantedRevisions: number;
  readonly grantedRepairs: number;
  readonly grantedRuns: number;
  readonly grantedLost: number;
  readonly attemptsSince: string;
  readonly branch: string;
  readonly head: string | null;
  readonly base: string | null;
  readonly tree: string | null;
  readonly baseTree: string | null;
  readonly producedTip: string | null;
  readonly rejectedTree: string | null;
  readonly authorSession: string | null;
  readonly authorMember: string | null;
  readonly approval: Approval | null;
  readonly reviewApprovedAt: string | null;
  readonly deltaPaths: readonly string[] | null;
  readonly overlapTip: string | null;
  readonly repairTip: string | null;
  readonly failedOutput: string;
  readonly findings: readonly Finding[];
  readonly answers: readonly { readonly question: string; readonly answer: string }[];
  readonly intent: Intent | null;
  readonly cancelRequestedAt: string | null;
  readonly mergeCommit: string | null;
  readonly dueAfter: string | null;
  readonly avoidSession: string | null;
  readonly laneSession: string | null;
  readonly stageEnteredAt: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type TaskPatch = { -readonly [K in keyof TaskRecord]?: TaskRecord[K] };

/** The task's place in the protocol's table: a blocked task's code is part of its state. */
export function stateOf(task: Pick<TaskRecord, 'status' | 'blockedCode'>): TaskState {
  if (task.status !== 'blocked') return task.status;
  if (task.blockedCode === null) throw new Error('task.blocked_without_code: the table CHECK forbids this');
  return `blocked/${task.blockedCode}`;
}
