import { ownFault } from '@maestro/protocol';
import type { TaskEffect, WaitReason } from '@maestro/protocol';
import type { HappeningOf, TaskHappening } from './happening.js';
import type { TaskPatch, TaskRecord } from './task.js';

/** Started runs that an operator's retry grants on top of the policy's `maxTaskRuns`. */
const GRANTED_RUNS = 10;

/** What a step asks of things other than the task's own row, as data. */
export type TaskCommand =
  | { readonly do: 'announce'; readonly kind: 'task/started' | 'merge/found' | 'review/evidence' | 'task/offered' | 'task/granted' | 'task/answered'; readonly payload: Readonly<Record<string, unknown>> }
  | { readonly do: 'comment'; readonly text: string; readonly forAgent: boolean }
  | { readonly do: 'hold_runs'; readonly reason: WaitReason; readonly question?: string }
  | { readonly do: 'release_wait'; readonly reason: WaitReason }
  | { readonly do: 'restart_runs'; readonly why: string }
  | { readonly do: 'stop_asking_run' }
  | { readonly do: 'yield_run' }
  | { readonly do: 'steer'; readonly text: string }
  | { readonly do: 'notice_epic_broken'; readonly tip: string; readonly command: string; readonly output: string }
  | { readonly do: 'depend'; readonly on: string }
  | { readonly do: 'child_depends'; readonly child: string }
  | { readonly do: 'drop_cancelled_dependencies' }
  | { readonly do: 'waive_cancelled_dependencies' };

/** The columns that an effect writes. `task` already carries what earlier effects of the same step wrote. */
export function patchOf(effect: TaskEffect, task: TaskRecord, happening: TaskHappening, now: string): TaskPatch {
  switch (effect) {
    case 'back_off':
      return backOff(happening as HappeningOf<'run_failed'>);
    case 'record_approval':
      return approvalFrom(task, happening as HappeningOf<'approved' | 'approve'>, now);
    case 'void_approval':
      return { approval: null, reviewApprovedAt: null, deltaPaths: null };
    case 'count_revision':
      return { revisions: task.revisions + 1, attemptsSince: now };
    case 'count_repair':
      return { repairs: task.repairs + 1, attemptsSince: now };
    case 'keep_output':
      return { failedOutput: (happening as HappeningOf<'result_failed'>).output };
    case 'delta_review':
      return { deltaPaths: (happening as HappeningOf<'overlapped'>).paths };
    case 'remember_cancel':
      return { cancelRequestedAt: now };
    case 'pin_session':
      return { pinnedSession: (happening as HappeningOf<'start'>).session, dueAfter: null };
    case 'offer':
      return offered(happening as HappeningOf<'assigned'>, now);
    case 'pin_member':
      return accepted(happening as HappeningOf<'accepted'>, now);
    case 'unassign':
      return { assignee: null, assignedBy: null, offeredAt: null, acceptedAt: null };
    case 'grant_round':
      return { grantedRuns: task.grantedRuns + GRANTED_RUNS, grantedLost: task.lostRuns, attemptsSince: now, dueAfter: null, avoidSession: null };
    case 'grant_revision':
      return { grantedRevisions: task.grantedRevisions + 1, revisions: task.revisions + 1, attemptsSince: now };
    case 'grant_repair':
      return { grantedRepairs: task.grantedRepairs + 1, repairs: task.repairs + 1, attemptsSince: now };
    case 'store_answer':
      return { answers: [...task.answers, { question: task.question ?? '', answer: (happening as HappeningOf<'answer'>).text }], question: null };
    default:
      return {};
  }
}

function backOff(failure: HappeningOf<'run_failed'>): TaskPatch {
  return { dueAfter: failure.dueAfter, avoidSession: ownFault[failure.class] ? failure.session : null };
}

function approvalFrom(task: TaskRecord, approval: HappeningOf<'approved' | 'approve'>, now: string): TaskPatch {
  if (approval.event === 'approve') {
    if (task.head === null || task.base === null || task.tree === null || task.producedTip === null) throw new Error('task.approve_without_work: the guard headCurrent holds only with a head');
    const { head, base, tree, producedTip, overlapTip } = task;
    const tip = overlapTip ?? producedTip;
    return { approval: { head, base, tree, tip, overlapSeen: overlapTip !== null, textVersion: task.textVersion, run: null, by: approval.by, at: now }, reviewApprovedAt: now, deltaPaths: null, findings: [] };
  }
  const { head, base, tree, tip, textVersion, run, by } = approval;
  return { approval: { head, base, tree, tip, overlapSeen: tip === task.overlapTip, textVersion, run, by, at: now }, reviewApprovedAt: now, deltaPaths: null, findings: [] };
}

function offered(assigned: HappeningOf<'assigned'>, now: string): TaskPatch {
  return { assignee: assigned.member, assignedBy: assigned.by, offeredAt: now, acceptedAt: null };
}

function accepted(acceptance: HappeningOf<'accepted'>, now: string): TaskPatch {
  return { assignee: acceptance.member, acceptedAt: now, ...(acceptance.session === null ? {} : { pinnedSession: acceptance.session }) };
}

/** What an effect asks of others; nothing for effects that only write the row. */
export function commandOf(effect: TaskEffect, happening: TaskHappening): TaskCommand | undefined {
  switch (effect) {
    case 'announce_started':
      return { do: 'announce', kind: 'task/started', payload: { session: (happening as HappeningOf<'run_started' | 'run_resumed'>).session } };
    case 'announce_found':
      return { do: 'announce', kind: 'merge/found', payload: { commit: (happening as HappeningOf<'epic_holds'>).commit } };
    case 'keep_evidence':
      return { do: 'announce', kind: 'review/evidence', payload: { outcome: happening.event } };
    case 'comment_findings':
      return { do: 'comment', text: findingsText(happening as HappeningOf<'rejected'>), forAgent: false };
    case 'stop_run':
      return { do: 'stop_asking_run' };
    case 'checkpoint':
      return { do: 'hold_runs', reason: 'budget' };
    case 'wait_for_person':
      return { do: 'hold_runs', reason: 'human', question: (happening as HappeningOf<'asked_person'>).question };
    case 'yield_run':
      return { do: 'yield_run' };
    case 'restart_run':
      return { do: 'restart_runs', why: 'The task was edited.' };
    case 'hand_over':
      return { do: 'restart_runs', why: 'The task was assigned to somebody else.' };
    case 'steer':
      return { do: 'steer', text: editText(happening as HappeningOf<'text_edited'>) };
    case 'notice_epic_broken': {
      const { tip, command, output } = happening as HappeningOf<'result_failed'>;
      return { do: 'notice_epic_broken', tip, command, output };
    }
    case 'parent_depends_on_child':
      return { do: 'depend', on: (happening as HappeningOf<'subtask_waited'>).child };
    case 'child_depends_on_parent':
      return { do: 'child_depends', child: (happening as HappeningOf<'subtask_added' | 'subtask_waited'>).child };
    case 'offer':
      return { do: 'announce', kind: 'task/offered', payload: { member: (happening as HappeningOf<'assigned'>).member } };
    case 'drop_cancelled':
      return { do: 'drop_cancelled_dependencies' };
    case 'waive_cancelled':
      return { do: 'waive_cancelled_dependencies' };
    case 'grant_round':
    case 'grant_revision':
    case 'grant_repair':
      return { do: 'announce', kind: 'task/granted', payload: { grant: effect.slice('grant_'.length) } };
    case 'store_answer':
      return { do: 'announce', kind: 'task/answered', payload: { text: (happening as HappeningOf<'answer'>).text } };
    default:
      return undefined;
  }
}

function findingsText(rejected: HappeningOf<'rejected'>): string {
  const lines = rejected.findings.map((finding) => {
    const place = finding.path === undefined ? '' : `${finding.path}${finding.line === undefined ? '' : `:${finding.line}`} — `;
    return `- ${finding.severity === 'blocking' ? '' : '(advisory) '}${place}${finding.message}`;
  });
  return [rejected.summary === '' ? 'Changes are needed.' : rejected.summary, ...lines].join('\n');
}

function editText(edit: HappeningOf<'text_edited'>): string {
  const parts = Object.entries(edit.changes).map(([field, value]) => `${field}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return `The task's text was changed while you work on it. Follow the new text:\n${parts.join('\n')}`;
}
