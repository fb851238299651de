import { PlanNotice, planTable, refuse, transition } from '@maestro/protocol';
import type { FactsOf, NoticeView, PlanEffect, planEvents, PlanStatus, Refused } from '@maestro/protocol';
import { epicBranchName } from './epic-branch.js';
import type { PlanHappening, PlanHappeningOf } from './happening.js';
import { cleared, raised, RELEASE_NOTICES, releaseNotice } from './notices.js';
import type { PlanPatch, PlanRecord } from './plan.js';

/** What a step asks of the plan's tasks and runs, as data. */
export type PlanCommand =
  | { readonly do: 'queue_drafts' }
  | { readonly do: 'cancel_tasks' }
  | { readonly do: 'withdraw_offers' }
  | { readonly do: 'stop_agents' }
  | { readonly do: 'remove_plan_reason' }
  | { readonly do: 'cancel_plan_runs' };

/** A decided step: what to write, which notices came and went, and what else the service has to do. */
export interface PlanStep {
  readonly ok: true;
  readonly from: PlanStatus;
  readonly to: PlanStatus;
  readonly changed: boolean;
  readonly effects: readonly PlanEffect[];
  readonly patch: PlanPatch;
  readonly raised: readonly NoticeView[];
  readonly cleared: readonly PlanNotice[];
  readonly commands: readonly PlanCommand[];
}

/**
 * Decides one step of a plan. Pure: record, happening and time in; patch and commands out, or the table's refusal.
 *
 * @param now ISO 8601, from the database clock.
 * @throws Error `plan.impossible` when the table says that this cannot happen: a defect of the caller.
 */
export function stepPlan(plan: PlanRecord, happening: PlanHappening, now: string): PlanStep | Refused {
  const outcome = transition(planTable, { state: plan.status }, happening.event, factsOf(plan, happening) as FactsOf<(typeof planEvents)[typeof happening.event]>);
  if (outcome.kind === 'never') throw new Error(`plan.impossible: ${plan.status} + ${happening.event}: ${outcome.because}`);
  if (outcome.kind === 'refused') return refuse('conflict', outcome.code, outcome.sentence, { status: plan.status });

  const patch: PlanPatch = outcome.changed ? placed(outcome.to, now) : {};
  Object.assign(patch, recorded(happening, now));
  for (const effect of outcome.effects) Object.assign(patch, patchOf(effect, { ...plan, ...patch }, happening, now));
  return {
    ok: true,
    from: plan.status,
    to: outcome.to,
    changed: outcome.changed,
    effects: outcome.effects,
    patch,
    ...noticesBetween(plan.notices, patch.notices ?? plan.notices),
    commands: outcome.effects.flatMap((effect) => COMMANDS[effect] ?? []),
  };
}

/** The facts that the plan table asks for. */
function factsOf(plan: PlanRecord, happening: PlanHappening): Readonly<Record<string, string | boolean>> {
  switch (happening.event) {
    case 'activate':
      return { plan: happening.plan };
    case 'pause':
      return { stop: happening.stop };
    case 'budget_raised':
      return { pausedByBudget: plan.notices.some(({ code }) => code === PlanNotice.budget) };
    case 'tasks_ended':
      return { anyDone: happening.anyDone };
    case 'release':
      return { tasks: happening.tasks };
    case 'release_failed':
      return { why: happening.why };
    case 'cancel_release':
      return { pushing: plan.releaseIntent !== null };
    default:
      return {};
  }
}

/** The columns that say where the plan stands. */
function placed(to: PlanStatus, now: string): PlanPatch {
  switch (to) {
    case 'completed':
    case 'cancelled':
      return { status: to, endedAt: now, stopRequested: false };
    default:
      return { status: to };
  }
}

/** What a happening says of the branches, wherever the plan goes: a late report still tells the truth about the repository. */
function recorded(happening: PlanHappening, now: string): PlanPatch {
  switch (happening.event) {
    case 'activate':
      return { activatedAt: now };
    case 'bootstrapped':
      return { epicReadyAt: now, epicTip: happening.tip, dueAfter: null };
    case 'released':
      return { releaseCommit: happening.commit, releaseIntent: null };
    case 'base_holds':
      return { ...(happening.commit === null ? {} : { releaseCommit: happening.commit }), releaseIntent: null };
    case 'release_failed':
      return { releaseIntent: null };
    default:
      return {};
  }
}

/** The columns that an effect writes. `plan` already carries what earlier effects of the same step wrote. */
function patchOf(effect: PlanEffect, plan: PlanRecord, happening: PlanHappening, now: string): PlanPatch {
  switch (effect) {
    case 'pin_epic':
      return { epicBranch: epicBranchName(plan.title, (happening as PlanHappeningOf<'activate'>).suffix) };
    case 'bootstrap':
    case 'release_run':
    case 'cleanup':
      // The run itself is derived by dispatch from status and branches; its attempts are counted afresh.
      return { attemptsSince: now, dueAfter: null };
    case 'stop_agents':
      return { stopRequested: true };
    case 'remove_plan_reason':
      return { stopRequested: false };
    case 'notice_bootstrap_failed': {
      const { sentence, epicBlocked = false } = happening as PlanHappeningOf<'bootstrap_exhausted'>;
      return { notices: raised(plan.notices, { code: PlanNotice.bootstrapFailed, sentence, details: { epicBlocked } }, now) };
    }
    case 'notice_budget':
      return { notices: raised(plan.notices, { code: PlanNotice.budget, sentence: `${(happening as PlanHappeningOf<'budget_spent'>).why} The plan is paused. Raise its budget and it goes on by itself.` }, now) };
    case 'notice_nothing_to_release':
      return { notices: raised(plan.notices, { code: PlanNotice.nothingToRelease, sentence: 'Every task was cancelled, so there is nothing to release. Add a task, or cancel the plan.' }, now) };
    case 'notice_release': {
      const { why, sentence, details } = happening as PlanHappeningOf<'release_failed'>;
      return { notices: raised(plan.notices, releaseNotice(why, sentence, details, { base: plan.baseBranch, epic: plan.epicBranch }), now) };
    }
    case 'clear_bootstrap_failed':
      return { notices: cleared(plan.notices, [PlanNotice.bootstrapFailed]) };
    case 'clear_budget':
      return { notices: cleared(plan.notices, [PlanNotice.budget]) };
    case 'clear_release':
      return { notices: cleared(plan.notices, [...RELEASE_NOTICES, PlanNotice.nothingToRelease]) };
    case 'clear_epic_broken':
      return { notices: cleared(plan.notices, [PlanNotice.epicBroken]) };
    default:
      return {};
  }
}

/** What an effect asks of tasks and runs; nothing for effects that only write the row. */
const COMMANDS: Partial<Readonly<Record<PlanEffect, PlanCommand>>> = {
  queue_drafts: { do: 'queue_drafts' },
  cancel_tasks: { do: 'cancel_tasks' },
  withdraw_offers: { do: 'withdraw_offers' },
  stop_agents: { do: 'stop_agents' },
  remove_plan_reason: { do: 'remove_plan_reason' },
  cancel_plan_runs: { do: 'cancel_plan_runs' },
};

function noticesBetween(before: readonly NoticeView[], after: readonly NoticeView[]): Pick<PlanStep, 'raised' | 'cleared'> {
  return {
    raised: after.filter((notice) => !before.includes(notice)),
    cleared: before.filter(({ code }) => !after.some((notice) => notice.code === code)).map(({ code }) => code),
  };
}
