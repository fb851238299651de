import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { TaskStatus } from '@maestro/protocol';
import { dueFor, WaitCode } from './due.js';
import type { Due, LiveRunFacts, PlanFacts, TaskFacts } from './due.js';

const plan = (over: Partial<PlanFacts> = {}): PlanFacts => ({
  status: 'active', paused: null, epicReady: true, bootstrapFailed: false, budgetSpent: false, mergingTask: null, broken: null, ...over,
});
const task = (over: Partial<TaskFacts> = {}): TaskFacts => ({
  key: 'SHOP-1', status: 'queued', blockedSentence: null, plan: plan(), dependencies: [], runs: [], restsSeconds: 0,
  awaitsAcceptanceOf: null, startedRuns: 0, mostRuns: 40, budgetSpent: false, pushing: false, approved: false, ...over,
});
const run = (over: Partial<LiveRunFacts> = {}): LiveRunFacts => ({ status: 'running', session: 'ada', waitReasons: [], inGrace: false, ...over });
const codes = (due: Due): readonly string[] => (due.due ? [] : due.waits.map(({ code }) => code));

describe('a task that may run', () => {
  it.each([
    ['queued', 'implement', 'produce'],
    ['in_progress', 'implement', 'produce'],
    ['in_review', 'review', 'judge'],
    ['landing', 'merge', 'land'],
  ] as const)('%s is due for %s', (status, purpose, stage) => {
    expect(dueFor(task({ status, approved: true }))).toEqual({ due: true, purpose, stage, readOnly: false });
  });

  it('does not mind a dependency that is done, or cancelled and waived', () => {
    const dependencies = [{ key: 'A-1', status: 'done', waived: false }, { key: 'A-2', status: 'cancelled', waived: true }] as const;
    expect(dueFor(task({ dependencies })).due).toBe(true);
  });

  it('does not mind a lost run whose grace is over', () => {
    expect(dueFor(task({ status: 'in_progress', runs: [run({ status: 'lost', inGrace: false })] })).due).toBe(true);
  });
});

describe('what a task waits for', () => {
  it.each([
    ['its plan', task({ plan: plan({ status: 'paused' }) }), WaitCode.planNotActive, /paused\. Resume it\./],
    ['its project', task({ plan: plan({ paused: { scope: 'project', by: 'Ada', why: 'Release week.' } }) }), WaitCode.paused, /^The project is paused by Ada: Release week\. Resume it\.$/],
    ['its workspace', task({ plan: plan({ paused: { scope: 'workspace', by: 'Ada', why: '' } }) }), WaitCode.paused, /^The workspace is paused by Ada\. Resume it\.$/],
    ['the epic', task({ plan: plan({ epicReady: false }) }), WaitCode.epicNotReady, /is being made/],
    ['a failed bootstrap', task({ plan: plan({ epicReady: false, bootstrapFailed: true }) }), WaitCode.epicNotReady, /could not be made/],
    ['the plan budget', task({ plan: plan({ budgetSpent: true }) }), WaitCode.planBudget, /Raise the cap/],
    ['a dependency', task({ dependencies: [{ key: 'A-7', status: 'in_review', waived: false }] }), WaitCode.dependency, /A-7, which is in review/],
    ['a cancelled dependency', task({ dependencies: [{ key: 'A-7', status: 'cancelled', waived: false }] }), WaitCode.dependency, /A-7, which is cancelled/],
    ['acceptance', task({ awaitsAcceptanceOf: 'Ada' }), WaitCode.acceptance, /Ada to accept/],
    ['its rest', task({ restsSeconds: 12 }), WaitCode.resting, /12 s/],
    ['an offer', task({ runs: [run({ status: 'dispatched' })] }), WaitCode.runAtWork, /Offered to ada/],
    ['a run at work', task({ status: 'in_progress', runs: [run()] }), WaitCode.runAtWork, /ada works on it/],
    ['a waiting run', task({ status: 'in_progress', runs: [run({ status: 'waiting', waitReasons: ['quota', 'plan'] })] }), WaitCode.runWaits, /limit to be renewed and the plan to be resumed/],
    ['a lost run in grace', task({ status: 'in_progress', runs: [run({ status: 'lost', inGrace: true })] }), WaitCode.runLost, /may still come back/],
    ['an approval', task({ status: 'landing' }), WaitCode.notApproved, /Nothing is approved/],
    ['another merge', task({ status: 'landing', approved: true, plan: plan({ mergingTask: 'SHOP-2' }) }), WaitCode.epicBusy, /SHOP-2 is landing/],
    ['a broken epic that it has tried', task({ status: 'landing', approved: true, plan: plan({ broken: { unchanged: true, tried: ['SHOP-1'] } }) }), WaitCode.epicBroken, /validate again/],
    ['nothing any more', task({ status: 'done' }), WaitCode.ended, /done/],
    ['its plan to be activated', task({ status: 'draft' }), WaitCode.draft, /activated/],
    ['a person', task({ status: 'blocked', blockedSentence: 'Its agent asks: which one?' }), WaitCode.blocked, /which one/],
  ])('%s', (_what, facts, code, sentence) => {
    const due = dueFor(facts);
    expect(codes(due)).toEqual([code]);
    expect(due.due ? '' : due.waits[0]?.sentence).toMatch(sentence);
  });

  it('is listed whole, not one by one', () => {
    const facts = task({ plan: plan({ status: 'paused' }), restsSeconds: 3, dependencies: [{ key: 'A-1', status: 'queued', waived: false }] });
    expect(codes(dueFor(facts))).toEqual([WaitCode.planNotActive, WaitCode.dependency, WaitCode.resting]);
  });

  it('does not include dependencies once the work has gone to review', () => {
    expect(dueFor(task({ status: 'in_review', dependencies: [{ key: 'A-1', status: 'queued', waived: false }], awaitsAcceptanceOf: 'Ada' })).due).toBe(true);
  });
});

describe('limits', () => {
  it('are told only when nothing else stands in the way', () => {
    expect(dueFor(task({ startedRuns: 40 }))).toMatchObject({ due: false, exhausted: 'runs' });
    expect(dueFor(task({ budgetSpent: true }))).toMatchObject({ due: false, exhausted: 'budget' });
    expect(dueFor(task({ startedRuns: 40, restsSeconds: 5 }))).toMatchObject({ due: false, exhausted: null });
  });
});

describe('the epic', () => {
  it('lets a task try on a broken tip that it has not tried, and every task once something changed', () => {
    const landing = task({ status: 'landing', approved: true });
    expect(dueFor({ ...landing, plan: plan({ broken: { unchanged: true, tried: ['SHOP-9'] } }) }).due).toBe(true);
    expect(dueFor({ ...landing, plan: plan({ broken: { unchanged: false, tried: ['SHOP-1'] } }) }).due).toBe(true);
  });

  it.each(['paused', 'releasing', 'cancelled', 'completed'] as const)('is read for a push of unknown fate though the plan is %s', (status) => {
    expect(dueFor(task({ status: 'landing', pushing: true, plan: plan({ status }) }))).toEqual({ due: true, purpose: 'merge', stage: 'land', readOnly: true });
  });

  it('is read for a push of unknown fate though the runs are used up', () => {
    expect(dueFor(task({ status: 'landing', pushing: true, startedRuns: 40 }))).toMatchObject({ due: true, readOnly: true });
  });

  it('is not read while another run is at it', () => {
    expect(codes(dueFor(task({ status: 'landing', pushing: true, plan: plan({ status: 'paused' }), runs: [run()] })))).toEqual([WaitCode.runAtWork]);
  });
});

const anyTask: fc.Arbitrary<TaskFacts> = fc.record({
  key: fc.constant('SHOP-1'),
  status: fc.constantFrom(...Object.values(TaskStatus)),
  blockedSentence: fc.constant('A person stopped it.'),
  plan: fc.record({
    paused: fc.constantFrom(null, { scope: 'workspace' as const, by: 'Ada', why: '' }), status: fc.constantFrom('draft', 'active', 'paused', 'releasing', 'completed', 'cancelled', 'archived'),
    epicReady: fc.boolean(), bootstrapFailed: fc.boolean(), budgetSpent: fc.boolean(),
    mergingTask: fc.constantFrom(null, 'SHOP-1', 'SHOP-2'),
    broken: fc.option(fc.record({ unchanged: fc.boolean(), tried: fc.constantFrom([], ['SHOP-1']) })),
  }),
  dependencies: fc.array(fc.record({ key: fc.constant('A-1'), status: fc.constantFrom(...Object.values(TaskStatus)), waived: fc.boolean() }), { maxLength: 2 }),
  runs: fc.array(fc.record({ status: fc.constantFrom('dispatched', 'claimed', 'running', 'waiting', 'lost'), session: fc.constant('ada'), waitReasons: fc.constant([]), inGrace: fc.boolean() }), { maxLength: 2 }),
  restsSeconds: fc.constantFrom(0, 5), awaitsAcceptanceOf: fc.constantFrom(null, 'Ada'), startedRuns: fc.constantFrom(0, 40), mostRuns: fc.constant(40),
  budgetSpent: fc.boolean(), pushing: fc.boolean(), approved: fc.boolean(),
});

test.prop([anyTask])('a task is due, or it says why not, never both and never neither', (facts) => {
  const due = dueFor(facts);
  if (due.due) {
    expect(facts.runs.filter((each) => each.status !== 'lost' || each.inGrace)).toEqual([]);
    if (!due.readOnly) expect(facts.plan).toMatchObject({ status: 'active', epicReady: true, budgetSpent: false });
  } else {
    expect(due.waits.length).toBeGreaterThan(0);
    for (const { sentence } of due.waits) expect(sentence).toMatch(/^.{8,}$/);
  }
});

test.prop([anyTask])('a landing task that is past pushing is never kept from the epic by anything but another run, rest or queue', (facts) => {
  const due = dueFor({ ...facts, status: 'landing', pushing: true });
  expect(codes(due).filter((code) => !([WaitCode.runAtWork, WaitCode.runWaits, WaitCode.runLost, WaitCode.resting, WaitCode.epicBusy] as string[]).includes(code))).toEqual([]);
});
