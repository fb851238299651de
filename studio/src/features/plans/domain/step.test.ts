import { factCombinations, planEvents, PlanStatus, planTable, transition } from '@maestro/protocol';
import type { NoticeView, PlanEvent } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import type { PlanHappening } from './happening.js';
import type { PlanRecord } from './plan.js';
import { stepPlan } from './step.js';

const NOW = '2026-01-02T03:04:05.678Z';
const EARLIER = '2026-01-01T00:00:00.000Z';

function plan(changes: Partial<PlanRecord> = {}): PlanRecord {
  return {
    id: 'p', workspaceId: 'w', projectId: 'r', title: 'Checkout', goal: '', status: 'active', baseBranch: 'main', epicBranch: 'epic/checkout-abc123',
    epicReadyAt: null, epicTip: null, releaseCommit: null, releaseIntent: null, notices: [], version: 1, attemptsSince: EARLIER, dueAfter: EARLIER,
    stopRequested: false, createdAt: EARLIER, updatedAt: EARLIER, activatedAt: EARLIER, endedAt: null, ...changes,
  };
}

const notice = (code: NoticeView['code']): NoticeView => ({ code, sentence: 'Said before.', actions: [], at: EARLIER });

/** A happening with these facts, and a plan in whose record they hold. */
function situation(status: PlanStatus, event: PlanEvent, facts: Readonly<Record<string, string | boolean>>): readonly [PlanRecord, PlanHappening] {
  const at = plan({
    status,
    notices: facts['pausedByBudget'] === true ? [notice('budget')] : [],
    releaseIntent: facts['pushing'] === true ? { run: 'r', tip: 't', commit: 'c' } : null,
  });
  const happenings: { readonly [E in PlanEvent]: Extract<PlanHappening, { event: E }> } = {
    activate: { event: 'activate', plan: facts['plan'] as 'ready', suffix: 'abc123' },
    bootstrapped: { event: 'bootstrapped', tip: 't' },
    bootstrap_exhausted: { event: 'bootstrap_exhausted', sentence: 'No.' },
    retry_bootstrap: { event: 'retry_bootstrap' },
    pause: { event: 'pause', stop: facts['stop'] === true },
    budget_spent: { event: 'budget_spent', why: 'All 3 runs are used.' },
    budget_raised: { event: 'budget_raised' },
    resume: { event: 'resume' },
    tasks_ended: { event: 'tasks_ended', anyDone: facts['anyDone'] === true },
    release: { event: 'release', tasks: facts['tasks'] as 'all_ended' },
    released: { event: 'released', commit: 'c' },
    base_holds: { event: 'base_holds', commit: null },
    release_failed: { event: 'release_failed', why: facts['why'] as 'conflict', sentence: 'It conflicts.', details: {} },
    cancel_release: { event: 'cancel_release' },
    cancel: { event: 'cancel' },
    archive: { event: 'archive' },
    edit: { event: 'edit' },
    validate_again: { event: 'validate_again' },
  };
  return [at, happenings[event]];
}

const situations = Object.values(PlanStatus).flatMap((status) =>
  (Object.keys(planEvents) as PlanEvent[]).flatMap((event) => factCombinations(planEvents[event]).map((facts) => ({ status, event, facts }))),
);

describe('every case of the plan table', () => {
  it.each(situations)('$status + $event $facts', ({ status, event, facts }) => {
    const [at, happening] = situation(status, event, facts);
    const said = transition(planTable, { state: status }, event, facts as never);
    if (said.kind === 'never') {
      expect(() => stepPlan(at, happening, NOW)).toThrow('plan.impossible');
      return;
    }
    const step = stepPlan(at, happening, NOW);
    if (said.kind === 'refused') {
      expect(step).toMatchObject({ ok: false, refusal: { kind: 'conflict', code: said.code, sentence: said.sentence } });
      return;
    }
    if (!step.ok) throw new Error(`refused: ${step.refusal.code}`);
    expect(step).toMatchObject({ from: status, to: said.to, changed: said.changed, effects: said.effects });
    expect(step.patch.status ?? status).toBe(said.to);
    for (const effect of said.effects.filter((each) => each.startsWith('notice_'))) expect(step.raised, effect).toHaveLength(1);
    expect(step.patch.epicBranch !== undefined).toBe(said.effects.includes('pin_epic'));
  });
});

const done = (at: PlanRecord, happening: PlanHappening) => {
  const step = stepPlan(at, happening, NOW);
  if (!step.ok) throw new Error(step.refusal.code);
  return step;
};

describe('activation', () => {
  it('pins the epic branch, counts attempts afresh and queues the drafts', () => {
    const step = done(plan({ status: 'draft', epicBranch: null, activatedAt: null }), { event: 'activate', plan: 'ready', suffix: 'x1y2z3' });
    expect(step.patch).toEqual({ status: 'active', activatedAt: NOW, epicBranch: 'epic/checkout-x1y2z3', attemptsSince: NOW, dueAfter: null });
    expect(step.commands).toEqual([{ do: 'queue_drafts' }]);
  });
});

describe('bootstrap', () => {
  it('that failed stays visible until it is tried again', () => {
    const failed = done(plan(), { event: 'bootstrap_exhausted', sentence: 'A branch `epic` is in the way.', epicBlocked: true });
    expect(failed.raised).toMatchObject([{ code: 'bootstrap_failed', at: NOW, details: { epicBlocked: true }, actions: ['retry_bootstrap', 'cancel'] }]);
    const again = done(plan({ notices: failed.patch.notices ?? [] }), { event: 'retry_bootstrap' });
    expect(again).toMatchObject({ cleared: ['bootstrap_failed'], patch: { attemptsSince: NOW, dueAfter: null, notices: [] } });
  });

  it('that succeeded late is recorded, also on a plan that has ended', () => {
    expect(done(plan({ status: 'cancelled' }), { event: 'bootstrapped', tip: 'abc' }).patch).toMatchObject({ epicReadyAt: NOW, epicTip: 'abc' });
  });
});

describe('pause and budget', () => {
  it('a pause only withdraws offers; with stop it also stops agents', () => {
    expect(done(plan(), { event: 'pause', stop: false })).toMatchObject({ patch: { status: 'paused' }, commands: [{ do: 'withdraw_offers' }] });
    expect(done(plan(), { event: 'pause', stop: true })).toMatchObject({ patch: { status: 'paused', stopRequested: true }, commands: [{ do: 'withdraw_offers' }, { do: 'stop_agents' }] });
    expect(done(plan({ status: 'paused' }), { event: 'pause', stop: true })).toMatchObject({ changed: false, patch: { stopRequested: true }, commands: [{ do: 'stop_agents' }] });
  });

  it('a spent budget pauses, and a raised one resumes only what it paused', () => {
    const spent = done(plan(), { event: 'budget_spent', why: 'All 3 runs are used.' });
    expect(spent).toMatchObject({ to: 'paused', raised: [{ code: 'budget' }], patch: { stopRequested: true } });
    const paused = plan({ status: 'paused', stopRequested: true, notices: spent.patch.notices ?? [] });
    expect(done(paused, { event: 'budget_raised' })).toMatchObject({ to: 'active', cleared: ['budget'], patch: { stopRequested: false }, commands: [{ do: 'remove_plan_reason' }] });
    expect(done({ ...paused, notices: [] }, { event: 'budget_raised' })).toMatchObject({ to: 'paused', commands: [] });
  });
});

describe('release', () => {
  const releasing = plan({ status: 'releasing', releaseIntent: { run: 'r', tip: 't', commit: 'c' } });

  it('that did not land says what to do, with a task to repair it, and may be tried again', () => {
    const failed = done(releasing, { event: 'release_failed', why: 'conflict', sentence: 'a.txt conflicts.', details: { paths: ['a.txt'] } });
    expect(failed).toMatchObject({
      to: 'active',
      patch: { releaseIntent: null },
      raised: [{ code: 'release_conflict', actions: ['create_repair_task', 'release'], details: { paths: ['a.txt'], repairTask: { title: 'Merge main into the epic branch' } } }],
    });
    expect(done(plan({ notices: failed.patch.notices ?? [] }), { event: 'release', tasks: 'all_ended' })).toMatchObject({ to: 'releasing', cleared: ['release_conflict'], patch: { attemptsSince: NOW } });
  });

  it.each([
    ['conflict', 'release_conflict'],
    ['validation_failed', 'release_validation_failed'],
    ['push_refused', 'release_push_refused'],
    ['run_exhausted', 'release_failed'],
  ] as const)('%s raises %s', (why, code) => {
    expect(done(releasing, { event: 'release_failed', why, sentence: 'No.', details: {} }).raised).toMatchObject([{ code }]);
  });

  it('that landed completes the plan, also when it was given up before', () => {
    expect(done(plan({ status: 'paused' }), { event: 'released', commit: 'abc' })).toMatchObject({ to: 'completed', patch: { releaseCommit: 'abc', endedAt: NOW, releaseIntent: null } });
    expect(done(plan({ status: 'cancelled' }), { event: 'released', commit: 'abc' })).toMatchObject({ to: 'cancelled', patch: { releaseCommit: 'abc' } });
  });

  it('found on the base keeps the commit that is known', () => {
    expect(done({ ...releasing, releaseCommit: 'old' }, { event: 'base_holds', commit: null }).patch).not.toHaveProperty('releaseCommit');
  });

  it('cannot be taken back while it is pushed', () => {
    expect(stepPlan(releasing, { event: 'cancel_release' }, NOW)).toMatchObject({ ok: false, refusal: { code: 'too_late' } });
    expect(done({ ...releasing, releaseIntent: null }, { event: 'cancel_release' })).toMatchObject({ to: 'active', commands: [{ do: 'cancel_plan_runs' }] });
  });
});

describe('notices', () => {
  it('are never shown twice: raised again they say the new thing', () => {
    const first = done(plan(), { event: 'bootstrap_exhausted', sentence: 'First.' });
    const second = done(plan({ notices: first.patch.notices ?? [] }), { event: 'bootstrap_exhausted', sentence: 'Second.' });
    expect(second.patch.notices).toMatchObject([{ code: 'bootstrap_failed', sentence: 'Second.' }]);
    expect(second).toMatchObject({ raised: [{ sentence: 'Second.' }], cleared: [] });
  });
});
