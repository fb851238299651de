import { casesFor } from './builder.js';
import type { TaskEffect, TaskState, taskEvents } from './task.js';

// Draft and live tasks. The order follows a task's life; the enumeration test proves that nothing is missing or doubled.
const { row, refuse, never } = casesFor<TaskState, typeof taskEvents, TaskEffect>();

const LIVE = ['queued', 'in_progress', 'in_review', 'landing'] as const;
const STARTED = ['in_progress', 'in_review', 'landing'] as const;
const NOT_LANDING = ['draft', 'queued', 'in_progress', 'in_review'] as const;
const OPEN = ['draft', ...LIVE] as const;

const leftStage = 'leaving a stage cancels its runs, and the late outcome of a cancelled run is evidence (run table)';
const noRun = 'a draft has no run';
const notBlocked = 'not_blocked';
const nothingToUnblock = 'The task is not blocked, so there is nothing to decide. Use stop, cancel or edit instead.';
const tooLate = 'Too late, it is landing. Wait for the outcome, then make a follow-up task if something is to change.';

const lifecycle = [
  row('draft', 'activated', 'queued'),
  never(LIVE, 'activated', 'only drafts are activated'),
  row('queued', 'dependency_cancelled', 'blocked/dependency_cancelled'),
  never(['draft', ...STARTED], 'dependency_cancelled', 'the condition is looked at on entry to queued and while queued'),
  row('queued', 'run_started', 'in_progress', { effects: ['announce_started'] }),
  row(STARTED, 'run_started', 'same'),
  never('draft', 'run_started', noRun),
  row('queued', 'run_resumed', 'in_progress', { when: { working: true }, effects: ['announce_started'] }),
  row('queued', 'run_resumed', 'same', { when: { working: false } }),
  row(STARTED, 'run_resumed', 'same'),
  never('draft', 'run_resumed', noRun),
];

const produce = [
  // An outcome implies its start: a start report that was lost costs nothing.
  row(['queued', 'in_progress'], 'produced', 'blocked/no_change', { when: { tree: 'unchanged' } }),
  row(['queued', 'in_progress'], 'produced', 'blocked/no_progress', { when: { tree: 'as_rejected' } }),
  row(['queued', 'in_progress'], 'produced', 'in_review', { when: { tree: 'changed' } }),
  never(['in_review', 'landing'], 'produced', leftStage),
  never('draft', 'produced', noRun),
];

const judge = [
  row('in_review', 'approved', 'landing', { when: { current: true }, effects: ['record_approval'] }),
  row('in_review', 'approved', 'same', { when: { current: false }, effects: ['keep_evidence'], note: 'head, base or text moved: review is due again' }),
  row('in_review', 'rejected', 'in_progress', { when: { capReached: false }, effects: ['comment_findings', 'count_revision'] }),
  row('in_review', 'rejected', 'blocked/revision_cap', { when: { capReached: true }, effects: ['comment_findings'] }),
  row('in_review', 'no_verdict', 'same', { when: { again: false } }),
  row('in_review', 'no_verdict', 'blocked/no_verdict', { when: { again: true } }),
  never(['queued', 'in_progress', 'landing'], 'approved', leftStage),
  never(['queued', 'in_progress', 'landing'], 'rejected', leftStage),
  never(['queued', 'in_progress', 'landing'], 'no_verdict', leftStage),
  never('draft', 'approved', noRun),
  never('draft', 'rejected', noRun),
  never('draft', 'no_verdict', noRun),
];

/** Every outcome of a merge that shows that nothing was pushed. A cancel that waited for the push takes effect then. */
const NOT_PUSHED = ['overlapped', 'tip_moved', 'conflict', 'result_failed', 'epic_lacks'] as const;

const land = [
  ...NOT_PUSHED.map((event) => row('landing', event, 'cancelled', { when: { cancelRequested: true }, note: 'the cancel that waited for the push' })),
  row('landing', 'overlapped', 'in_review', { when: { cancelRequested: false }, effects: ['void_approval', 'delta_review'] }),
  row('landing', 'tip_moved', 'same', { when: { cancelRequested: false }, note: 'computed anew' }),
  row('landing', 'conflict', 'in_progress', {
    when: { cancelRequested: false, capReached: false },
    effects: ['void_approval', 'count_repair', 'start_repair'],
  }),
  row('landing', 'conflict', 'blocked/repair_cap', { when: { cancelRequested: false, capReached: true }, effects: ['void_approval'] }),
  row('landing', 'result_failed', 'in_progress', {
    when: { cancelRequested: false, tipPasses: true, capReached: false },
    effects: ['void_approval', 'count_repair', 'start_repair', 'keep_output'],
  }),
  row('landing', 'result_failed', 'blocked/repair_cap', {
    when: { cancelRequested: false, tipPasses: true, capReached: true },
    effects: ['void_approval', 'keep_output'],
  }),
  row('landing', 'result_failed', 'same', { when: { cancelRequested: false, tipPasses: false }, effects: ['notice_epic_broken'] }),
  never(['queued', 'in_progress', 'in_review'], 'overlapped', leftStage),
  never(['queued', 'in_progress', 'in_review'], 'tip_moved', leftStage),
  never(['queued', 'in_progress', 'in_review'], 'conflict', leftStage),
  never(['queued', 'in_progress', 'in_review'], 'result_failed', leftStage),
  never('draft', 'overlapped', noRun),
  never('draft', 'tip_moved', noRun),
  never('draft', 'conflict', noRun),
  never('draft', 'result_failed', noRun),
  row(LIVE, 'merged', 'done', { note: 'the daemon read the fetched epic; where the task stood does not matter' }),
  row(LIVE, 'epic_holds', 'done', { effects: ['announce_found'] }),
  never('draft', 'merged', noRun),
  never('draft', 'epic_holds', noRun),
  row('landing', 'epic_lacks', 'same', { when: { cancelRequested: false } }),
  row(['queued', 'in_progress', 'in_review'], 'epic_lacks', 'same'),
  never('draft', 'epic_lacks', noRun),
];

const limits = [
  row(LIVE, 'run_failed', 'same', { when: { attemptsLeft: true }, effects: ['back_off'] }),
  row(LIVE, 'run_failed', 'blocked/attempts_exhausted', { when: { attemptsLeft: false } }),
  never('draft', 'run_failed', noRun),
  row(LIVE, 'runs_exhausted', 'blocked/runs_exhausted', { when: { pushing: false } }),
  row('landing', 'runs_exhausted', 'same', { when: { pushing: true }, note: 'a run that only reads the epic is always allowed' }),
  never(['queued', 'in_progress', 'in_review'], 'runs_exhausted', 'only a landing task can be past pushing', { pushing: true }),
  never('draft', 'runs_exhausted', noRun),
  row(LIVE, 'budget_spent', 'blocked/budget', { when: { pushing: false }, effects: ['checkpoint'] }),
  row('landing', 'budget_spent', 'same', { when: { pushing: true }, note: 'a merge past pushing always ends' }),
  never(['queued', 'in_progress', 'in_review'], 'budget_spent', 'only a landing task can be past pushing', { pushing: true }),
  never('draft', 'budget_spent', noRun),
  row(OPEN, 'budget_raised', 'same'),
  row(STARTED, 'asked_person', 'blocked/manual_attention', { effects: ['wait_for_person'] }),
  never(['draft', 'queued'], 'asked_person', 'no agent is at work on it'),
];

const growth = [
  row('in_progress', 'subtask_added', 'same'),
  row(['in_review', 'landing'], 'subtask_added', 'same', { effects: ['child_depends_on_parent'] }),
  row('in_progress', 'subtask_waited', 'queued', { when: { childNeedsParent: false }, effects: ['yield_run', 'parent_depends_on_child'] }),
  row('in_progress', 'subtask_waited', 'same', { when: { childNeedsParent: true }, effects: ['child_depends_on_parent'] }),
  row(['in_review', 'landing'], 'subtask_waited', 'same', { effects: ['child_depends_on_parent'] }),
  never(['draft', 'queued'], 'subtask_added', 'no agent is at work on it'),
  never(['draft', 'queued'], 'subtask_waited', 'no agent is at work on it'),
];

const people = [
  row(['draft', 'queued'], 'text_edited', 'same', { when: { pushing: false } }),
  row('in_progress', 'text_edited', 'same', { when: { pushing: false, choice: 'restart' }, effects: ['restart_run'] }),
  row('in_progress', 'text_edited', 'same', { when: { pushing: false, choice: 'tell' }, effects: ['steer'] }),
  row('in_progress', 'text_edited', 'same', { when: { pushing: false, choice: 'keep' } }),
  row('in_review', 'text_edited', 'same', { when: { pushing: false }, effects: ['void_approval', 'restart_run'] }),
  row('landing', 'text_edited', 'in_review', { when: { pushing: false }, effects: ['void_approval'] }),
  refuse('landing', 'text_edited', 'too_late', tooLate, { pushing: true }),
  never(NOT_LANDING, 'text_edited', 'only a landing task can be past pushing', { pushing: true }),
  row(['draft', 'queued'], 'dependencies_edited', 'same'),
  refuse(STARTED, 'dependencies_edited', 'already_started', 'The task has started, so what it waits for can no longer change. Stop it first.'),
  row('queued', 'start', 'same', { effects: ['pin_session'] }),
  refuse('draft', 'start', 'plan_not_active', 'The plan is a draft. Activate it, then tasks start by themselves.'),
  refuse(STARTED, 'start', 'already_started', 'The task has already started.'),
  row(['draft', 'queued', 'in_review', 'landing'], 'assigned', 'same', { effects: ['offer'] }),
  row('in_progress', 'assigned', 'same', { effects: ['offer', 'hand_over'] }),
  row(OPEN, 'accepted', 'same', { effects: ['pin_member'] }),
  row(OPEN, 'declined', 'same', { effects: ['unassign'] }),
  row(OPEN, 'unassigned', 'same', { effects: ['unassign'] }),
  row(OPEN, 'offer_expired', 'same', { effects: ['unassign'] }),
];

const endings = [
  row(LIVE, 'stop', 'blocked/stopped', { when: { pushing: false } }),
  refuse('landing', 'stop', 'too_late', tooLate, { pushing: true }),
  never(['queued', 'in_progress', 'in_review'], 'stop', 'only a landing task can be past pushing', { pushing: true }),
  refuse('draft', 'stop', 'plan_not_active', 'The task is a draft: nothing runs.'),
  row(OPEN, 'cancel', 'cancelled', { when: { pushing: false } }),
  row('landing', 'cancel', 'same', { when: { pushing: true }, effects: ['remember_cancel'], note: 'too late, it is landing: its outcome decides' }),
  never(NOT_LANDING, 'cancel', 'only a landing task can be past pushing', { pushing: true }),
  row('in_review', 'approve', 'landing', { when: { headCurrent: true }, effects: ['record_approval'] }),
  row('landing', 'approve', 'same', { when: { headCurrent: true }, note: 'the same head approved again: no effect' }),
  refuse(['in_review', 'landing'], 'approve', 'head_moved', 'The work has moved on since you looked. Look at the new head, then approve that.', { headCurrent: false }),
  refuse(['draft', 'queued', 'in_progress'], 'approve', 'nothing_to_approve', 'There is no finished work to approve yet.'),
  refuse(OPEN, 'retry', notBlocked, nothingToUnblock),
  refuse(OPEN, 'confirm', notBlocked, nothingToUnblock),
  refuse(OPEN, 'drop_dependencies', notBlocked, nothingToUnblock),
  refuse(OPEN, 'treat_as_done', notBlocked, nothingToUnblock),
  refuse(OPEN, 'answer', notBlocked, 'No question is open on this task. Comment, or steer the run, instead.'),
];

export const liveCases = [...lifecycle, ...produce, ...judge, ...land, ...limits, ...growth, ...people, ...endings];
