import type { Table } from './table.js';
import { liveCases } from './task.live-cases.js';
import { blockedCases } from './task.blocked-cases.js';
import { endedCases } from './task.ended-cases.js';

/**
 * The task: one mergeable unit of work.
 *
 * *Live* tasks are queued, in progress, in review or landing. A task that cannot go on is *blocked* with a code, a sentence and
 * actions, and remembers where (`origin`). There is no "failed": what fails is tried again or is blocked.
 * For the table a blocked task's code is part of its state, because each code offers different actions.
 */
export const BlockedCode = {
  attemptsExhausted: 'attempts_exhausted',
  runsExhausted: 'runs_exhausted',
  revisionCap: 'revision_cap',
  repairCap: 'repair_cap',
  noVerdict: 'no_verdict',
  noChange: 'no_change',
  noProgress: 'no_progress',
  stopped: 'stopped',
  dependencyCancelled: 'dependency_cancelled',
  budget: 'budget',
  manualAttention: 'manual_attention',
} as const;
export type BlockedCode = (typeof BlockedCode)[keyof typeof BlockedCode];

export const TaskStatus = {
  draft: 'draft',
  queued: 'queued',
  inProgress: 'in_progress',
  inReview: 'in_review',
  landing: 'landing',
  blocked: 'blocked',
  done: 'done',
  cancelled: 'cancelled',
} as const;
export type TaskStatus = (typeof TaskStatus)[keyof typeof TaskStatus];

export type BlockedState = `blocked/${BlockedCode}`;
export type OpenState = 'draft' | 'queued' | 'in_progress' | 'in_review' | 'landing';
export type TaskState = OpenState | BlockedState | 'done' | 'cancelled';

export const LIVE_TASK_STATES = ['queued', 'in_progress', 'in_review', 'landing'] as const;
export const BLOCKED_STATES = Object.values(BlockedCode).map((code) => `blocked/${code}` as const);

/** What a stage does to a task. Code asks for the kind, never for a stage's name, so that longer blueprints stay data. */
export const StageKind = { produce: 'produce', judge: 'judge', land: 'land' } as const;
export type StageKind = (typeof StageKind)[keyof typeof StageKind];

/** The kind of stage that a state belongs to; a queued task waits for its first produce run. */
export function stageOf(state: TaskState): StageKind | undefined {
  switch (state) {
    case 'queued':
    case 'in_progress':
      return StageKind.produce;
    case 'in_review':
      return StageKind.judge;
    case 'landing':
      return StageKind.land;
    default:
      return undefined;
  }
}

const flag = [true, false] as const;

export const taskEvents = {
  activated: {},
  dependency_cancelled: {},
  run_started: {},
  /** A lost run is back. `working`: its agent is at work, so a start report that was lost is implied. */
  run_resumed: { working: flag },
  produced: { tree: ['unchanged', 'as_rejected', 'changed'] },
  approved: { current: flag },
  rejected: { capReached: flag },
  no_verdict: { again: flag },
  overlapped: { cancelRequested: flag },
  tip_moved: { cancelRequested: flag },
  merged: {},
  conflict: { cancelRequested: flag, capReached: flag },
  result_failed: { cancelRequested: flag, tipPasses: flag, capReached: flag },
  epic_holds: {},
  epic_lacks: { cancelRequested: flag },
  run_failed: { attemptsLeft: flag },
  runs_exhausted: { pushing: flag },
  budget_spent: { pushing: flag },
  budget_raised: {},
  asked_person: {},
  subtask_added: {},
  subtask_waited: { childNeedsParent: flag },
  offer_expired: {},
  text_edited: { pushing: flag, choice: ['restart', 'tell', 'keep'] },
  dependencies_edited: {},
  start: {},
  assigned: {},
  accepted: {},
  declined: {},
  unassigned: {},
  stop: { pushing: flag },
  cancel: { pushing: flag },
  retry: {},
  approve: { headCurrent: flag },
  confirm: {},
  drop_dependencies: {},
  treat_as_done: {},
  answer: {},
} as const;
export type TaskEvent = keyof typeof taskEvents;

export const taskEffects = {
  announce_started: 'append the event `task/started`',
  announce_found: 'append the event `merge/found`: the epic was read and holds the approved head',
  keep_evidence: 'keep the outcome and its commits, change nothing else',
  back_off: 'the stage is due again after a pause; on the same machine if the failure was not its own, else on another',
  stop_run: 'the run that asked is stopped and its lane snapshotted: nobody wants it any more',
  record_approval: 'store the approval: text version, base, head, tree and who gave it',
  void_approval: 'the approval no longer counts',
  count_revision: 'revision + 1, on the same lane',
  comment_findings: 'the findings become a comment, and the next prompt carries them',
  count_repair: 'repair + 1 (not a revision)',
  start_repair: 'the daemon starts the merge of the tip in the lane, conflicts and all, so that the agent meets the failure where it happens',
  keep_output: "the failing commands' output goes into the next prompt",
  delta_review: 'the next review is asked about the overlapping paths only',
  notice_epic_broken: 'plan notice `epic_broken`: the tip fails its own validation',
  remember_cancel: 'the cancel waits for the push: its outcome decides',
  checkpoint: 'no new turn; the run checkpoints and waits with reason `budget`',
  wait_for_person: 'its run waits with reason `human`',
  yield_run: 'its run yields its slot; the lane is kept',
  parent_depends_on_child: 'the parent depends on the child',
  child_depends_on_parent: 'the child depends on the parent; a wish to wait is answered with no',
  restart_run: 'the live run is cancelled after a checkpoint; the stage is due again on the same lane',
  steer: 'the new text reaches the running agent as steering',
  pin_session: 'the next run goes to the chosen session',
  offer: 'the member is offered the task and notified',
  hand_over: 'the live run is cancelled after a checkpoint; the lane goes to the member who accepts',
  pin_member: 'implement runs go to that member only',
  unassign: 'nobody is assigned any more; who assigned is notified',
  grant_round: 'one more round: attempts anew and 10 more runs, recorded',
  grant_revision: 'one more revision, recorded with the note',
  grant_repair: 'one more repair, recorded with the note',
  drop_cancelled: 'the dependencies on cancelled tasks are removed',
  waive_cancelled: 'the dependencies on cancelled tasks count as done',
  store_answer: 'the answer is kept on the task, for whichever run comes next',
} as const;
export type TaskEffect = keyof typeof taskEffects;

const person = 'person';
const system = 'system';

export const taskTable: Table<TaskState, typeof taskEvents, TaskEffect> = {
  name: 'task',
  states: ['draft', ...LIVE_TASK_STATES, ...BLOCKED_STATES, 'done', 'cancelled'],
  events: taskEvents,
  effects: taskEffects,
  causes: {
    activated: person, dependency_cancelled: system, run_started: system, run_resumed: system, produced: system, approved: system,
    rejected: system, no_verdict: system, overlapped: system, tip_moved: system, merged: system, conflict: system, result_failed: system,
    epic_holds: system, epic_lacks: system, run_failed: system, runs_exhausted: system, budget_spent: system, budget_raised: system,
    asked_person: system, subtask_added: system, subtask_waited: system, offer_expired: system, text_edited: person,
    dependencies_edited: person, start: person, assigned: person, accepted: person, declined: person, unassigned: person, stop: person,
    cancel: person, retry: person, approve: person, confirm: person, drop_dependencies: person, treat_as_done: person, answer: person,
  },
  cases: [...liveCases, ...blockedCases, ...endedCases],
};
