import { casesFor } from './builder.js';
import type { BlockedState, TaskEffect, TaskState, taskEvents } from './task.js';

// Blocked tasks: one code, one sentence, a few actions. What finished late is never refused, and never undone by a late failure.
const { row, refuse, never } = casesFor<TaskState, typeof taskEvents, TaskEffect>();

const CAPS = ['blocked/revision_cap', 'blocked/repair_cap'] as const;
const DEPENDENCY = 'blocked/dependency_cancelled' as const;
const EXHAUSTED = ['blocked/attempts_exhausted', 'blocked/runs_exhausted'] as const;
/** Codes whose run waits for the person or the budget instead of being stopped. */
const WAITING = ['blocked/manual_attention', 'blocked/budget'] as const;
const REOPENABLE = [
  ...EXHAUSTED, ...WAITING, 'blocked/no_verdict', 'blocked/no_change', 'blocked/no_progress', 'blocked/stopped',
] as const;
const ALL: readonly BlockedState[] = [...REOPENABLE, ...CAPS, DEPENDENCY];
const others = (...except: readonly BlockedState[]): readonly BlockedState[] => ALL.filter((state) => !except.includes(state));

const wrongAction = 'This action does not fit why the task is blocked. Its page lists the actions that do.';

/** A late outcome of the stage it was blocked in; see `replay` in table.ts for what fits. */
const OUTCOMES = ['produced', 'approved', 'rejected', 'no_verdict', 'overlapped', 'tip_moved', 'conflict', 'result_failed'] as const;

const late = [
  ...OUTCOMES.flatMap((event) => [
    row(REOPENABLE, event, 'replay', { effects: ['keep_evidence'] }),
    row([...CAPS, DEPENDENCY], event, 'same', { effects: ['keep_evidence'] }),
  ]),
  // Rejected: replaying a late failure too. It would restart a task that a person stopped, or ask a question twice.
  row(ALL, 'run_failed', 'same', { effects: ['keep_evidence'] }),
  row(EXHAUSTED, 'run_resumed', 'replay', { note: 'the run that was lost is back, alive' }),
  row(others(...EXHAUSTED), 'run_resumed', 'same', { effects: ['stop_run'] }),
  never(ALL, 'run_started', 'blocking a task stops its runs before they start'),
  row(ALL, 'merged', 'done'),
  row(ALL, 'epic_holds', 'done', { effects: ['announce_found'] }),
  row(ALL, 'epic_lacks', 'same', { when: { cancelRequested: false } }),
  row(ALL, 'epic_lacks', 'cancelled', { when: { cancelRequested: true }, note: 'the cancel that waited for the push' }),
  row(ALL, 'runs_exhausted', 'same'),
  row(ALL, 'budget_spent', 'same'),
  row('blocked/budget', 'budget_raised', 'origin'),
  row(others('blocked/budget'), 'budget_raised', 'same'),
  never(ALL, 'asked_person', 'no run of it is at work'),
  never(ALL, 'subtask_added', 'no run of it is at work'),
  never(ALL, 'subtask_waited', 'no run of it is at work'),
  never(ALL, 'activated', 'only drafts are activated'),
  row(DEPENDENCY, 'dependency_cancelled', 'same', { note: 'its sentence names all of them' }),
  never(others(DEPENDENCY), 'dependency_cancelled', 'the condition is looked at on entry to queued and while queued'),
];

const people = [
  row(ALL, 'text_edited', 'same', { when: { pushing: false }, effects: ['void_approval'] }),
  refuse(EXHAUSTED, 'text_edited', 'too_late', 'A push of this task may have landed. Retry first: the next run reads the epic.', { pushing: true }),
  never(others(...EXHAUSTED), 'text_edited', 'a push of unknown fate ends in done, landing or an exhausted limit', { pushing: true }),
  row(ALL, 'dependencies_edited', 'same'),
  row('blocked/stopped', 'assigned', 'origin', { effects: ['void_approval', 'offer'] }),
  row(others('blocked/stopped'), 'assigned', 'same', { effects: ['void_approval', 'offer'] }),
  row(ALL, 'accepted', 'same', { effects: ['pin_member'] }),
  row(ALL, 'declined', 'same', { effects: ['unassign'] }),
  row(ALL, 'unassigned', 'same', { effects: ['unassign'] }),
  row(ALL, 'offer_expired', 'same', { effects: ['unassign'] }),
  row(WAITING, 'stop', 'blocked/stopped', { when: { pushing: false } }),
  refuse(others(...WAITING), 'stop', 'already_stopped', 'The task is blocked: nothing runs.', { pushing: false }),
  refuse(ALL, 'stop', 'already_stopped', 'The task is blocked: nothing runs.', { pushing: true }),
  row(ALL, 'cancel', 'cancelled', { when: { pushing: false } }),
  row(EXHAUSTED, 'cancel', 'landing', { when: { pushing: true }, effects: ['remember_cancel', 'grant_round'], note: 'a run reads the epic; its outcome decides' }),
  never(others(...EXHAUSTED), 'cancel', 'a push of unknown fate ends in done, landing or an exhausted limit', { pushing: true }),
];

const APPROVABLE = [...CAPS, 'blocked/no_verdict', 'blocked/no_progress'] as const;
const RETRYABLE = [...EXHAUSTED, ...CAPS, 'blocked/no_verdict', 'blocked/no_change', 'blocked/no_progress'] as const;

const actions = [
  row(EXHAUSTED, 'retry', 'origin', { effects: ['grant_round'] }),
  row('blocked/revision_cap', 'retry', 'in_progress', { effects: ['grant_revision'] }),
  row('blocked/repair_cap', 'retry', 'in_progress', { effects: ['grant_repair', 'start_repair'] }),
  row('blocked/no_verdict', 'retry', 'in_review'),
  row(['blocked/no_change', 'blocked/no_progress'], 'retry', 'in_progress'),
  refuse(others(...RETRYABLE), 'retry', 'wrong_action', wrongAction),
  row(APPROVABLE, 'approve', 'landing', { when: { headCurrent: true }, effects: ['record_approval'] }),
  refuse(APPROVABLE, 'approve', 'head_moved', 'The work has moved on since you looked. Look at the new head, then approve that.', { headCurrent: false }),
  refuse(others(...APPROVABLE), 'approve', 'wrong_action', wrongAction),
  row('blocked/no_change', 'confirm', 'done', { note: 'a person says that nothing had to change' }),
  refuse(others('blocked/no_change'), 'confirm', 'wrong_action', wrongAction),
  row('blocked/stopped', 'start', 'origin', { effects: ['pin_session'] }),
  refuse(others('blocked/stopped'), 'start', 'wrong_action', wrongAction),
  row(DEPENDENCY, 'drop_dependencies', 'queued', { effects: ['drop_cancelled'] }),
  refuse(others(DEPENDENCY), 'drop_dependencies', 'wrong_action', wrongAction),
  row(DEPENDENCY, 'treat_as_done', 'queued', { effects: ['waive_cancelled'] }),
  refuse(others(DEPENDENCY), 'treat_as_done', 'wrong_action', wrongAction),
  row('blocked/manual_attention', 'answer', 'origin', { effects: ['store_answer'] }),
  refuse(others('blocked/manual_attention'), 'answer', 'wrong_action', 'No question is open on this task. Comment, or steer the run, instead.'),
];

export const blockedCases = [...late, ...people, ...actions];
