import { casesFor } from './builder.js';
import type { TaskEffect, TaskEvent, TaskState, taskEvents } from './task.js';

// Done and cancelled. Only the epic itself can still move a cancelled task: what landed is read from it, never from a message.
const { row, refuse, never } = casesFor<TaskState, typeof taskEvents, TaskEffect>();

const ENDED = ['done', 'cancelled'] as const;
const runsAreOver = 'ending a task cancels its runs, and the late outcome of a cancelled run is evidence (run table)';

const FROM_RUNS = [
  'run_started', 'produced', 'approved', 'rejected', 'no_verdict', 'overlapped', 'tip_moved', 'conflict', 'result_failed', 'run_failed',
  'runs_exhausted', 'asked_person', 'subtask_added', 'subtask_waited',
] as const satisfies readonly TaskEvent[];

const FROM_PEOPLE = [
  'text_edited', 'dependencies_edited', 'start', 'assigned', 'accepted', 'declined', 'unassigned', 'stop', 'retry', 'confirm',
  'drop_dependencies', 'treat_as_done', 'answer',
] as const satisfies readonly TaskEvent[];

export const endedCases = [
  ...FROM_RUNS.map((event) => never(ENDED, event, runsAreOver)),
  ...FROM_PEOPLE.map((event) => refuse('done', event, 'task_done', 'The task is done. Make a follow-up task instead.')),
  ...FROM_PEOPLE.map((event) => refuse('cancelled', event, 'task_cancelled', 'The task is cancelled. Add it to the plan again instead.')),
  never(ENDED, 'activated', 'only drafts are activated'),
  never(ENDED, 'dependency_cancelled', 'the condition is looked at on entry to queued and while queued'),
  row(ENDED, 'run_resumed', 'same', { effects: ['stop_run'] }),
  row('done', 'merged', 'same'),
  row('done', 'epic_holds', 'same'),
  row('cancelled', 'merged', 'done', { note: 'too late, it landed' }),
  row('cancelled', 'epic_holds', 'done', { effects: ['announce_found'], note: 'too late, it landed' }),
  row(ENDED, 'epic_lacks', 'same'),
  row(ENDED, 'budget_spent', 'same'),
  row(ENDED, 'budget_raised', 'same'),
  row(ENDED, 'offer_expired', 'same'),
  refuse('done', 'cancel', 'task_done', 'Too late, it landed. Make a task that takes it back.'),
  row('cancelled', 'cancel', 'same', { note: 'cancelled again: no effect' }),
  row('done', 'approve', 'same', { when: { headCurrent: true }, note: 'the same head approved again: no effect' }),
  refuse('done', 'approve', 'task_done', 'The task is done with another head. Make a follow-up task instead.', { headCurrent: false }),
  refuse('cancelled', 'approve', 'task_cancelled', 'The task is cancelled. Add it to the plan again instead.'),
];
