import type { TaskView } from '@maestro/protocol';
import { BLOCKED_ACTIONS } from './blocked.js';
import type { TaskRecord } from './task.js';

/** A task as the API shows it. */
export function taskView(task: TaskRecord, dependsOn: readonly string[]): TaskView {
  const { blockedCode, blockedFrom } = task;
  return {
    id: task.id,
    planId: task.planId,
    phaseId: task.phaseId,
    key: task.key,
    title: task.title,
    description: task.description,
    acceptanceCriteria: [...task.acceptanceCriteria],
    skills: [...task.skills],
    dependsOn: [...dependsOn],
    level: task.level,
    priority: task.priority,
    estimateMinutes: task.estimateMinutes,
    position: task.position,
    parentId: task.parentId,
    assignee: task.assignee,
    offeredAt: task.offeredAt,
    acceptedAt: task.acceptedAt,
    status: task.status,
    blocked:
      blockedCode === null || blockedFrom === null
        ? null
        : { code: blockedCode, from: blockedFrom, sentence: task.blockedSentence ?? '', actions: [...BLOCKED_ACTIONS[blockedCode]] },
    revisions: task.revisions,
    repairs: task.repairs,
    runs: task.startedRuns,
    textVersion: task.textVersion,
    branch: task.branch,
    head: task.head,
    reviewApprovedAt: task.reviewApprovedAt,
    pushing: task.intent !== null,
    mergeCommit: task.mergeCommit,
    updatedAt: task.updatedAt,
    // The brands of ids exist in the compiler only; records come from the database, which holds the same UUIDs.
  } as unknown as TaskView;
}
