import type { BlockedCode, TaskEvent, TaskState, TaskStatus } from '@maestro/protocol';
import type { TaskHappening } from '../domain/happening.js';
import type { TaskRecord } from '../domain/task.js';

const AT = '2026-01-01T00:00:00.000Z';

/** A task in a state, with work that matches what {@link happeningFor} says of it. Blocked ones come from in progress. */
export function aTask(state: TaskState): TaskRecord {
  const blocked = state.startsWith('blocked/');
  return {
    id: 'task', projectId: 'project', planId: 'plan', phaseId: 'phase', number: 1, key: 'SHOP-1', title: 'Title', description: '', acceptanceCriteria: [],
    skills: [], level: 0, priority: 0, estimateMinutes: null, position: 0, parentId: null, parentRunId: null, depth: 0, textVersion: 1,
    status: (blocked ? 'blocked' : state) as TaskStatus,
    blockedCode: blocked ? (state.slice('blocked/'.length) as BlockedCode) : null,
    blockedFrom: blocked ? 'in_progress' : null,
    blockedSentence: blocked ? 'Blocked.' : null,
    question: null, assignee: null, assignedBy: null, offeredAt: null, acceptedAt: null, pinnedSession: null,
    revisions: 0, repairs: 0, startedRuns: 0, lostRuns: 0, noVerdicts: 0, grantedRevisions: 0, grantedRepairs: 0, grantedRuns: 0, grantedLost: 0,
    attemptsSince: AT, branch: 'task/SHOP-1', head: 'head', base: 'base', tree: 'tree', baseTree: 'baseTree', producedTip: 'tip', rejectedTree: null,
    authorSession: null, authorMember: null, approval: null, reviewApprovedAt: null, deltaPaths: null, overlapTip: null, repairTip: null, failedOutput: '',
    findings: [], answers: [], intent: null, cancelRequestedAt: null, mergeCommit: null, dueAfter: null, avoidSession: null, laneSession: null,
    stageEnteredAt: AT, createdAt: AT, updatedAt: AT,
  };
}

/** One plain happening per event. */
export function happeningFor(event: TaskEvent): TaskHappening {
  const happenings: { readonly [E in TaskEvent]: Extract<TaskHappening, { event: E }> } = {
    activated: { event: 'activated' },
    dependency_cancelled: { event: 'dependency_cancelled', keys: ['SHOP-2'] },
    run_started: { event: 'run_started', session: 'session' },
    run_resumed: { event: 'run_resumed', working: true, session: 'session' },
    produced: { event: 'produced', head: 'head', base: 'base', tree: 'tree', baseTree: 'baseTree', tip: 'tip', session: 'session', member: 'member' },
    approved: { event: 'approved', run: 'run', by: 'reviewer', head: 'head', base: 'base', tree: 'tree', tip: 'tip', textVersion: 1 },
    rejected: { event: 'rejected', by: 'reviewer', tree: 'tree', summary: '', findings: [] },
    no_verdict: { event: 'no_verdict', why: 'nothing said' },
    overlapped: { event: 'overlapped', tip: 'tip', paths: [] },
    tip_moved: { event: 'tip_moved', tip: 'tip' },
    merged: { event: 'merged', commit: 'commit' },
    conflict: { event: 'conflict', tip: 'tip', paths: [], detail: '' },
    result_failed: { event: 'result_failed', tip: 'tip', tipPasses: true, command: 'test', output: '' },
    epic_holds: { event: 'epic_holds', commit: 'commit' },
    epic_lacks: { event: 'epic_lacks' },
    run_failed: { event: 'run_failed', attempts: 1, class: 'crash', sentence: 'It crashed.', session: 'session', dueAfter: AT },
    runs_exhausted: { event: 'runs_exhausted', why: 'Too many.' },
    budget_spent: { event: 'budget_spent', why: 'Spent.' },
    budget_raised: { event: 'budget_raised' },
    asked_person: { event: 'asked_person', question: 'Which?' },
    subtask_added: { event: 'subtask_added', child: 'child' },
    subtask_waited: { event: 'subtask_waited', child: 'child', childNeedsParent: false },
    offer_expired: { event: 'offer_expired' },
    text_edited: { event: 'text_edited', changes: { title: 'New' }, choice: 'keep' },
    dependencies_edited: { event: 'dependencies_edited' },
    start: { event: 'start', session: null },
    assigned: { event: 'assigned', member: 'member', by: null },
    accepted: { event: 'accepted', member: 'member', session: null },
    declined: { event: 'declined', why: '' },
    unassigned: { event: 'unassigned' },
    stop: { event: 'stop', why: '' },
    cancel: { event: 'cancel' },
    retry: { event: 'retry', note: '' },
    approve: { event: 'approve', head: 'head', by: 'person', note: '' },
    confirm: { event: 'confirm' },
    drop_dependencies: { event: 'drop_dependencies' },
    treat_as_done: { event: 'treat_as_done' },
    answer: { event: 'answer', text: 'This one.' },
  };
  return happenings[event];
}
