import { casesFor } from './builder.js';
import type { Table } from './table.js';

/**
 * The plan: phases and tasks toward one goal, integrated on one epic branch.
 *
 * A plan does not hold its tasks' states and no event of a task moves it, except that a release needs every task ended. What can be
 * done *now* is derived (dispatch); a plan only says whether anything may become due at all.
 */
export const PlanStatus = {
  draft: 'draft',
  active: 'active',
  paused: 'paused',
  releasing: 'releasing',
  completed: 'completed',
  cancelled: 'cancelled',
  archived: 'archived',
} as const;
export type PlanStatus = (typeof PlanStatus)[keyof typeof PlanStatus];

/** Standing remarks on a plan that need a person. Each is raised and cleared by the rows that name it. */
export const PlanNotice = {
  bootstrapFailed: 'bootstrap_failed',
  budget: 'budget',
  nothingToRelease: 'nothing_to_release',
  epicBroken: 'epic_broken',
  releaseConflict: 'release_conflict',
  releaseValidationFailed: 'release_validation_failed',
  releasePushRefused: 'release_push_refused',
  releaseFailed: 'release_failed',
} as const;
export type PlanNotice = (typeof PlanNotice)[keyof typeof PlanNotice];

const flag = [true, false] as const;

export const planEvents = {
  activate: { plan: ['ready', 'no_tasks', 'cycle', 'epic_blocked'] },
  bootstrapped: {},
  bootstrap_exhausted: {},
  retry_bootstrap: {},
  pause: { stop: flag },
  budget_spent: {},
  budget_raised: { pausedByBudget: flag },
  resume: {},
  tasks_ended: { anyDone: flag },
  release: { tasks: ['all_ended', 'some_open', 'none_done'] },
  released: {},
  base_holds: {},
  release_failed: { why: ['conflict', 'validation_failed', 'push_refused', 'run_exhausted'] },
  cancel_release: { pushing: flag },
  cancel: {},
  archive: {},
  edit: {},
  validate_again: {},
} as const;
export type PlanEvent = keyof typeof planEvents;

export const planEffects = {
  pin_epic: 'the epic branch name is chosen and never changes again',
  bootstrap: 'a `bootstrap_epic` run is due',
  queue_drafts: 'every draft task is activated',
  withdraw_offers: 'offered runs are withdrawn, waiting runs get the reason `plan`',
  stop_agents: 'agents stop after a checkpoint and wait with reason `plan`; a merge past pushing always ends',
  remove_plan_reason: 'waiting runs lose the reason `plan`; work goes on from the lanes',
  cancel_tasks: 'every open task is cancelled; one that is past pushing ends by its outcome',
  cancel_plan_runs: "the plan's own live runs are cancelled",
  release_run: 'a `release` run is due',
  cleanup: 'a `release_cleanup` run is due',
  notice_bootstrap_failed: 'raise the notice',
  clear_bootstrap_failed: 'clear the notice',
  notice_budget: 'raise the notice',
  clear_budget: 'clear the notice',
  notice_nothing_to_release: 'raise the notice',
  notice_release: 'raise the `release_*` notice that fits, with the action "create a repair task"',
  clear_release: 'clear `release_*` and `nothing_to_release`',
  clear_epic_broken: 'clear the notice: landing tasks are due again',
} as const;
export type PlanEffect = keyof typeof planEffects;

const { row, refuse, never } = casesFor<PlanStatus, typeof planEvents, PlanEffect>();

const ENDED = ['completed', 'cancelled', 'archived'] as const;
const RUNNING = ['active', 'paused', 'releasing'] as const;
const NOT_RELEASING = ['draft', 'active', 'paused', ...ENDED] as const;
const ALL = ['draft', ...RUNNING, ...ENDED] as const;
const closed = 'The plan is closed. Make a new plan instead.';
const onlyActive = 'Only an active plan can do this. Activate or resume it first.';

const beginning = [
  row('draft', 'activate', 'active', { when: { plan: 'ready' }, effects: ['pin_epic', 'bootstrap', 'queue_drafts'] }),
  refuse('draft', 'activate', 'no_tasks', 'The plan has no tasks yet. Add at least one, then activate it.', { plan: 'no_tasks' }),
  refuse('draft', 'activate', 'dependency_cycle', 'Some tasks wait for each other in a circle. Remove one of those dependencies.', { plan: 'cycle' }),
  refuse('draft', 'activate', 'epic_name_taken', 'The repository has a branch named `epic`, so no branch `epic/…` can exist beside it. Rename that branch first.', { plan: 'epic_blocked' }),
  refuse(RUNNING, 'activate', 'already_active', 'The plan is active already.'),
  refuse(ENDED, 'activate', 'plan_closed', closed),
  row(RUNNING, 'bootstrapped', 'same', { effects: ['clear_bootstrap_failed'] }),
  row(ENDED, 'bootstrapped', 'same'),
  never('draft', 'bootstrapped', 'bootstrap runs exist from activation on'),
  row(['active', 'paused'], 'bootstrap_exhausted', 'same', { effects: ['notice_bootstrap_failed'] }),
  row(ENDED, 'bootstrap_exhausted', 'same'),
  never(['draft', 'releasing'], 'bootstrap_exhausted', 'a plan is released only when tasks are done, which needs the epic'),
  row(['active', 'paused'], 'retry_bootstrap', 'same', { effects: ['clear_bootstrap_failed', 'bootstrap'] }),
  refuse(['draft', 'releasing', ...ENDED], 'retry_bootstrap', 'not_active', onlyActive),
];

const pausing = [
  row('active', 'pause', 'paused', { when: { stop: false }, effects: ['withdraw_offers'] }),
  row('active', 'pause', 'paused', { when: { stop: true }, effects: ['withdraw_offers', 'stop_agents'] }),
  row('paused', 'pause', 'same', { when: { stop: false }, note: 'paused again: no effect' }),
  row('paused', 'pause', 'same', { when: { stop: true }, effects: ['stop_agents'] }),
  refuse('releasing', 'pause', 'releasing', 'The plan is being released. Cancel the release first.'),
  refuse(['draft', ...ENDED], 'pause', 'not_active', onlyActive),
  row('active', 'budget_spent', 'paused', { effects: ['withdraw_offers', 'stop_agents', 'notice_budget'] }),
  row(['draft', 'paused', 'releasing', ...ENDED], 'budget_spent', 'same'),
  row('paused', 'budget_raised', 'active', { when: { pausedByBudget: true }, effects: ['clear_budget', 'remove_plan_reason'] }),
  row('paused', 'budget_raised', 'same', { when: { pausedByBudget: false } }),
  row(['draft', 'active', 'releasing', ...ENDED], 'budget_raised', 'same'),
  row('paused', 'resume', 'active', { effects: ['remove_plan_reason', 'clear_budget'] }),
  row('active', 'resume', 'same', { note: 'resumed again: no effect' }),
  refuse(['draft', 'releasing', ...ENDED], 'resume', 'not_paused', 'The plan is not paused.'),
];

const releasing = [
  row('active', 'tasks_ended', 'same', { when: { anyDone: true } }),
  row('active', 'tasks_ended', 'same', { when: { anyDone: false }, effects: ['notice_nothing_to_release'] }),
  row(['draft', 'paused', 'releasing', ...ENDED], 'tasks_ended', 'same'),
  row('active', 'release', 'releasing', { when: { tasks: 'all_ended' }, effects: ['clear_release', 'release_run'] }),
  refuse('active', 'release', 'tasks_open', 'Some tasks are neither done nor cancelled. Finish or cancel them first.', { tasks: 'some_open' }),
  refuse('active', 'release', 'nothing_to_release', 'No task of this plan is done, so there is nothing to release.', { tasks: 'none_done' }),
  row('releasing', 'release', 'same', { note: 'asked again: no effect' }),
  refuse(['draft', 'paused', ...ENDED], 'release', 'not_active', onlyActive),
  row(['releasing', 'active', 'paused'], 'released', 'completed', { effects: ['clear_release', 'cleanup'], note: 'a late release that landed counts' }),
  row(['releasing', 'active', 'paused'], 'base_holds', 'completed', { effects: ['clear_release', 'cleanup'] }),
  row(ENDED, 'released', 'same'),
  row(ENDED, 'base_holds', 'same'),
  never('draft', 'released', 'release runs exist from activation on'),
  never('draft', 'base_holds', 'release runs exist from activation on'),
  row('releasing', 'release_failed', 'active', { effects: ['notice_release'], note: 'the base was read and does not hold the epic' }),
  row(['active', 'paused', ...ENDED], 'release_failed', 'same'),
  never('draft', 'release_failed', 'release runs exist from activation on'),
  row('releasing', 'cancel_release', 'active', { when: { pushing: false }, effects: ['cancel_plan_runs'] }),
  refuse('releasing', 'cancel_release', 'too_late', 'Too late, the release is being pushed. Wait for its outcome.', { pushing: true }),
  refuse(NOT_RELEASING, 'cancel_release', 'not_releasing', 'The plan is not being released.'),
];

const ending = [
  row(['draft', 'active', 'paused'], 'cancel', 'cancelled', { effects: ['cancel_tasks', 'cancel_plan_runs'] }),
  refuse('releasing', 'cancel', 'releasing', 'The plan is being released. Cancel the release first.'),
  row('cancelled', 'cancel', 'same', { note: 'cancelled again: no effect' }),
  refuse(['completed', 'archived'], 'cancel', 'plan_closed', 'The plan has ended. There is nothing to cancel.'),
  row(['completed', 'cancelled'], 'archive', 'archived'),
  row('archived', 'archive', 'same'),
  refuse(['draft', ...RUNNING], 'archive', 'plan_open', 'The plan is still open. Complete or cancel it first.'),
  row(['draft', 'active', 'paused'], 'edit', 'same'),
  refuse('releasing', 'edit', 'releasing', 'The plan is being released and cannot change. Cancel the release first.'),
  refuse(ENDED, 'edit', 'plan_closed', closed),
  row(['active', 'paused'], 'validate_again', 'same', { effects: ['clear_epic_broken'] }),
  refuse(['draft', 'releasing', ...ENDED], 'validate_again', 'not_active', onlyActive),
];

export const planTable: Table<PlanStatus, typeof planEvents, PlanEffect> = {
  name: 'plan',
  states: ALL,
  events: planEvents,
  effects: planEffects,
  causes: {
    activate: 'person', bootstrapped: 'system', bootstrap_exhausted: 'system', retry_bootstrap: 'person', pause: 'person',
    budget_spent: 'system', budget_raised: 'system', resume: 'person', tasks_ended: 'system', release: 'person', released: 'system',
    base_holds: 'system', release_failed: 'system', cancel_release: 'person', cancel: 'person', archive: 'person', edit: 'person',
    validate_again: 'person',
  },
  cases: [...beginning, ...pausing, ...releasing, ...ending],
};
