import type { Excuse } from './requirement.js';

const lateOutcome =
  'the outcome of a run that was lost or superseded, told after the task had gone on: the daemon has to come back in a window of the studio alone; runs.itest.ts of the studio tells such outcomes, and states/model.test.ts explores them';
const oneLease = 'a report of a run by a session that does not hold it: a real daemon does not send it, and the suites of the studio send it by hand';

/** Rows that no person or agent can bring about through the real programs alone. */
export const EXCUSES: readonly Excuse[] = [
  { rows: ['task blocked/* + produced|approved|rejected|no_verdict|overlapped|conflict|result_failed|merged|run_failed'], because: lateOutcome },
  { rows: ['task queued|in_progress|in_review + merged', 'task done|cancelled + merged'], because: lateOutcome },
  { rows: ['task queued + produced'], because: 'the report of the start was lost on the way, and the outcome was not: the journal sends them in order' },
  { rows: ['task in_review + approved {current=false}'], because: 'editing or re-producing a task ends its review in the same transaction, so only a lost review can approve what is gone' },
  { rows: ['task landing + overlapped|conflict|result_failed {cancelRequested=true}'], because: 'a cancel waits only for a push, and a push is computed anew only when the tip moved in that very moment' },
  { rows: ['task landing + asked_person', 'task landing + subtask_added', 'task landing + subtask_waited'], because: 'a merge is deterministic: there is no agent that could ask' },
  { rows: ['task queued + runs_exhausted|budget_spent'], because: 'a queued task has spent nothing, except one whose run yielded to a subtask in the moment its cap was reached' },
  { rows: ['task landing + runs_exhausted|budget_spent {pushing=true}', 'task blocked/runs_exhausted + cancel {pushing=true}'], because: 'limits are looked at when a run ends, and a push of unknown fate ends its run first; R-unknown-push shows the same with attempts' },
  { rows: ['task blocked/*|done|cancelled + runs_exhausted|budget_spent'], because: 'a run that was lost is reported, or its usage grows, after the task was blocked or had ended; nothing changes by it' },
  { rows: ['task draft|queued|in_progress|in_review|landing + budget_raised', 'task done|cancelled + budget_raised'], because: 'only tasks that are blocked for their budget are told that it was raised' },
  { rows: ['task blocked/*s|blocked/no_*|blocked/manual_attention|blocked/*cap|blocked/*ed + budget_raised'], because: 'only tasks that are blocked for their budget are told that it was raised' },
  { rows: ['plan draft|paused|releasing|completed|cancelled|archived + budget_spent', 'plan draft|active|releasing|completed|cancelled|archived + budget_raised'], because: 'no effect: what a run used is told to a plan that stands elsewhere by then' },
  { rows: ['plan draft|paused|releasing|completed|cancelled|archived + tasks_ended'], because: 'no effect: the last task of a plan that is not active ended' },
  { rows: ['plan active|paused|completed|cancelled|archived + released|base_holds', 'plan active|paused|completed|cancelled|archived + release_failed'], because: 'a release that was cancelled, or lost, reports late' },
  { rows: ['plan paused|completed|cancelled|archived + bootstrap_exhausted'], because: 'the last attempt at the epic ends in the moment in which the plan is paused or ends' },
  { rows: ['run succeeded|failed|timed_out|stalled|yielded|cancelled|withdrawn|superseded + start|could_not_start|ask_push|finish|fail|time_out|stall|yield|wait|reason_gone|plan_paused'], because: 'an ended run never moves: what is reported of it afterwards is evidence, and a real daemon that was told of the end reports nothing' },
  { rows: ['run failed|timed_out|stalled|yielded|withdrawn|superseded + cancel'], because: 'no effect, as R-run-cancelled shows with a run that succeeded and one that was cancelled' },
  { rows: ['run lost + could_not_start|finish|fail|time_out|stall|yield'], because: lateOutcome },
  { rows: ['run claimed|waiting + finish|time_out|stall|yield', 'run waiting + could_not_start|fail'], because: oneLease },
  { rows: ['run claimed + fail', 'run claimed|running + could_not_start'], because: 'whether the start was reported before the failure is a race of two messages; R-setup-hook takes either' },
  { rows: ['run claimed + wait', 'run waiting + wait'], because: 'an agent can only ask once it has begun, and a run that waits has no agent' },
  { rows: ['run running + start'], because: 'the start is said again only when its answer was lost' },
  { rows: ['run running + ask_push {allowed=false}'], because: 'the cancel, pause or edit has to fall between the computing of a merge and its question; the studio suites place it there' },
  { rows: ['run dispatched|claimed|running|lost + reason_gone', 'run claimed|running|lost + plan_paused'], because: 'no effect: the reason belongs to a run that waits, and live runs go on in a paused plan' },
];
