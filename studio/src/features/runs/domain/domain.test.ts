import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { Policy, PURPOSES, RunPacket } from '@maestro/protocol';
import type { RunOutcome } from '@maestro/protocol';
import { restSeconds } from './back-off.js';
import { budgetState, laterUsage, mayStartAnother } from './budget.js';
import { cooldownSeconds } from './cooldown.js';
import { gaplessEnd } from './journal.js';
import { classOf, endEventOf, fittingOutcome } from './outcome.js';
import { assemblePacket } from './packet.js';
import type { PacketFacts, PacketTask } from './packet.js';
import { mayPushMerge, mayPushRelease } from './push-permission.js';
import type { PlanSays, TaskSays } from './push-permission.js';
import { holds, holdsOrWaits } from './report.js';
import { planReturn, stepReturn } from './returned.js';
import { mustStep, stepRun } from './run-step.js';
import { mayAddSubtask } from './subtask.js';

const oid = (letter: string) => letter.repeat(40);

describe('who holds a run', () => {
  const run = { status: 'running', epoch: 2, session: 'ada' } as const;
  it('only the newest grant, only its session, only while the lease stands', () => {
    expect(holds(run, { session: 'ada', epoch: 2 })).toBe(true);
    expect(holds(run, { session: 'ada', epoch: 1 })).toBe(false);
    expect(holds(run, { session: 'bob', epoch: 2 })).toBe(false);
    for (const status of ['dispatched', 'waiting', 'lost', 'cancelled'] as const) expect(holds({ ...run, status }, { session: 'ada', epoch: 2 })).toBe(false);
  });

  it('a waiting run may be given a further reason', () => {
    expect(holdsOrWaits({ ...run, status: 'waiting' }, { session: 'ada', epoch: 2 })).toBe(true);
    expect(holdsOrWaits({ ...run, status: 'waiting' }, { session: 'ada', epoch: 1 })).toBe(false);
  });
});

describe('one step', () => {
  it('refuses what people cannot have, and throws at what cannot happen', () => {
    expect(stepRun('running', 'cancel', { pushing: true })).toMatchObject({ ok: false, code: 'too_late' });
    expect(() => mustStep('running', 'unclaimed', {})).toThrow(/run\.impossible: running \+ unclaimed/);
    expect(() => mustStep('running', 'claim', { paused: false })).toThrow(/refused: already_taken/);
  });
});

describe('an outcome', () => {
  const judged: RunOutcome = { kind: 'judged', head: oid('a'), tool: [], finalMessage: 'VERDICT: APPROVED' };
  it('of another purpose is a failure of its daemon', () => {
    expect(fittingOutcome('review', judged)).toBe(judged);
    expect(fittingOutcome('implement', judged)).toMatchObject({ kind: 'failed', class: 'protocol' });
    for (const purpose of PURPOSES) expect(fittingOutcome(purpose, { kind: 'failed', class: 'crash', sentence: 'x' })).toMatchObject({ class: 'crash' });
  });

  it('has a class and an event', () => {
    expect(classOf({ kind: 'timed_out', sentence: '' })).toBe('timeout');
    expect(endEventOf({ kind: 'failed', class: 'lane', sentence: '' }, 'claimed')).toBe('could_not_start');
    expect(endEventOf({ kind: 'failed', class: 'lane', sentence: '' }, 'running')).toBe('fail');
    expect(endEventOf(judged, 'running')).toBe('finish');
  });
});

describe('a run that comes back', () => {
  const run = { status: 'running', epoch: 2, session: 'ada' } as const;
  const grant = { session: 'ada', epoch: 2 };
  it.each([
    ['is unknown', undefined, undefined, 'running', 'stop'],
    ['was never given to it', run, undefined, 'running', 'stop'],
    ['has ended there', { ...run, status: 'lost' }, grant, 'ended', 'report'],
    ['has ended here', { ...run, status: 'cancelled' }, grant, 'running', 'stop'],
    ['ended on both sides', { ...run, status: 'cancelled' }, grant, 'ended', 'report'],
    ['waits', { ...run, status: 'waiting' }, grant, 'running', 'stop'],
    ['is on offer', { ...run, status: 'dispatched' }, grant, 'running', 'stop'],
    ['is held by another', { ...run, session: 'bob' }, grant, 'running', 'stop'],
    ['is held', run, grant, 'claimed', 'renew'],
    ['was lost', { ...run, status: 'lost' }, grant, 'running', 'bring_back'],
  ] as const)('%s', (_what, held, given, state, kind) => {
    expect(planReturn(held, given, state, 'ada').kind).toBe(kind);
  });

  it('goes on when it is wanted and nobody else took it up, and is superseded otherwise', () => {
    expect(stepReturn('lost', { as: 'running', newerLive: false, wanted: true })).toMatchObject({ to: 'running', effects: ['lease'] });
    expect(stepReturn('lost', { as: 'claimed', newerLive: false, wanted: true })).toMatchObject({ to: 'claimed', effects: ['lease'] });
    expect(stepReturn('lost', { as: 'running', newerLive: true, wanted: true })).toMatchObject({ to: 'superseded' });
    expect(stepReturn('lost', { as: 'running', newerLive: false, wanted: false })).toMatchObject({ to: 'superseded', effects: ['stop_processes', 'keep_late'] });
    expect(stepReturn('claimed', { as: 'running', newerLive: false, wanted: true })).toMatchObject({ to: 'running' });
  });
});

describe('the right to push', () => {
  const asked = { head: oid('a'), tipMoved: false };
  const task: TaskSays = { status: 'landing', cancelRequested: false, textVersion: 2, approval: { head: oid('a'), textVersion: 2 } };
  const plan: PlanSays = { status: 'active', stopRequested: false };
  const policy = { deltaReview: 'on_overlap' } as const;

  it.each([
    ['all agree', {}, {}, {}, { granted: true }],
    ['the plan is paused, and what is at work may end', {}, {}, { status: 'paused' }, { granted: true }],
    ['the tip moved, and the policy leaves it to the class', { tipMoved: true }, {}, {}, { granted: true }],
    ['the plan is to stop', {}, {}, { status: 'paused', stopRequested: true }, { granted: false, reason: 'plan_paused', review: false }],
    ['the plan was cancelled', {}, {}, { status: 'cancelled' }, { granted: false, reason: 'plan_cancelled', review: false }],
    ['the plan is being released', {}, {}, { status: 'releasing' }, { granted: false, reason: 'plan_releasing', review: false }],
    ['the task is in review again', {}, { status: 'in_review' }, {}, { granted: false, reason: 'task_not_landing', review: false }],
    ['a cancel waits', {}, { cancelRequested: true }, {}, { granted: false, reason: 'cancel_requested', review: false }],
    ['nothing is approved', {}, { approval: null }, {}, { granted: false, reason: 'not_approved', review: false }],
    ['another head is approved', { head: oid('b') }, {}, {}, { granted: false, reason: 'head_changed', review: false }],
    ['the text was edited', {}, { textVersion: 3 }, {}, { granted: false, reason: 'text_changed', review: false }],
  ] as const)('%s', (_what, question, taskOver, planOver, answer) => {
    expect(mayPushMerge({ ...asked, ...question }, { ...task, ...taskOver }, { ...plan, ...planOver }, policy)).toEqual(answer);
  });

  it('is handed back to review when the tip moved and the policy always reviews', () => {
    expect(mayPushMerge({ ...asked, tipMoved: true }, task, plan, { deltaReview: 'always' })).toEqual({ granted: false, reason: 'review_again', review: true });
    expect(mayPushMerge(asked, task, plan, { deltaReview: 'always' })).toEqual({ granted: true });
  });

  it('of a release is given while the plan is being released', () => {
    expect(mayPushRelease({ status: 'releasing', stopRequested: false })).toEqual({ granted: true });
    expect(mayPushRelease({ status: 'active', stopRequested: false })).toMatchObject({ granted: false, reason: 'plan_active' });
  });
});

describe('rest after failures', () => {
  it('doubles from 5 s to 5 min, with jitter', () => {
    expect([1, 2, 3, 7, 40].map((failures) => restSeconds(failures, 0.999))).toEqual([5, 10, 20, 300, 300].map((most) => expect.closeTo(most, 0) as number));
    expect(restSeconds(1, 0)).toBe(2.5);
    expect(restSeconds(1, 0, { firstSeconds: 0.1, mostSeconds: 1 })).toBe(0.05);
  });
});

it('a session that let work go is asked again after half a minute, doubling to ten', () => {
  expect([0, 1, 2, 3, 4, 5, 20].map((times) => cooldownSeconds(30, times))).toEqual([30, 60, 120, 240, 480, 600, 600]);
});

describe('budget', () => {
  const spending = { startedRuns: 2, tokens: 700, seconds: 600, usd: 1 };
  it('warns at 80 % and ends at 100 % of the cap that is nearest', () => {
    expect(budgetState(spending, {}, 'task')).toEqual({ share: 0, level: 'ok', sentence: '' });
    expect(budgetState(spending, { tokens: 1000, minutes: 100 }, 'task').level).toBe('ok');
    expect(budgetState(spending, { tokens: 875 }, 'task')).toMatchObject({ level: 'warn', sentence: 'The budget of this task is nearly spent: 700 tokens of 875 tokens.' });
    expect(budgetState(spending, { tokens: 875, minutes: 10 }, 'plan')).toMatchObject({ level: 'spent', sentence: 'The budget of this plan is spent: 10 minutes of 10 minutes.' });
    expect(budgetState(spending, { usd: 0.5 }, 'plan').level).toBe('spent');
  });

  it('in runs is a matter of the next one', () => {
    expect(budgetState(spending, { runs: 2 }, 'task').level).toBe('ok');
    expect(mayStartAnother(spending, { runs: 2 })).toBe(false);
    expect(mayStartAnother(spending, { runs: 3 })).toBe(true);
    expect(mayStartAnother(spending, {})).toBe(true);
  });

  const usage = { inputTokens: 5, outputTokens: 1, cachedInputTokens: 0, seconds: 3, turns: 1 };
  it('never takes back what was used', () => {
    expect(laterUsage({ ...usage, costUsd: 2 }, { ...usage, inputTokens: 4, turns: 2 })).toEqual({ ...usage, turns: 2, costUsd: 2 });
    expect(laterUsage(usage, usage)).toEqual(usage);
  });
});

test.prop([fc.nat(5), fc.uniqueArray(fc.integer({ min: 1, max: 20 }))])('a journal is acknowledged up to its first gap', (ackSeq, seqs) => {
  const held = seqs.filter((seq) => seq > ackSeq).sort((a, b) => a - b);
  const end = gaplessEnd(ackSeq, held);
  for (let seq = ackSeq + 1; seq <= end; seq += 1) expect(held).toContain(seq);
  expect(held).not.toContain(end + 1);
});

describe('a subtask', () => {
  const facts = { hasTask: true, taskAtWork: true, planStatus: 'active', parentDepth: 0, askedBefore: 0 } as const;
  it.each([
    [{}, undefined],
    [{ planStatus: 'paused' }, undefined],
    [{ hasTask: false }, 'no_task'],
    [{ taskAtWork: false }, 'task_not_at_work'],
    [{ planStatus: 'releasing' }, 'plan_closed'],
    [{ parentDepth: 2 }, 'too_deep'],
    [{ parentDepth: 1, askedBefore: 4 }, undefined],
    [{ askedBefore: 5 }, 'too_many_subtasks'],
  ])('%j', (over, code) => {
    expect(mayAddSubtask({ ...facts, ...over })?.refusal.code).toBe(code);
  });
});

describe('a packet', () => {
  const id = (last: string) => `0192f0c1-2345-7abc-8def-00000000000${last}`;
  const task: PacketTask = {
    id: id('3'), key: 'SHOP-1', title: 'Cart', description: '', acceptanceCriteria: [], textVersion: 1, branch: 'maestro/shop-1-cart', answers: [], notes: [],
    status: 'landing', head: oid('a'), workHead: oid('9'), base: oid('b'), tree: oid('c'), producedTip: oid('d'), findings: [{ severity: 'blocking', message: 'No test.' }], failedOutput: 'boom', repairTip: oid('e'),
    deltaPaths: ['src/a.ts'], overlapTip: null, approval: { head: oid('a'), base: oid('b'), tree: oid('c'), tip: oid('d'), overlapSeen: false, run: id('4') }, intent: null, cancelRequested: false,
  };
  const facts = (over: Partial<PacketFacts>): PacketFacts => ({
    run: { id: id('1'), epoch: 1, purpose: 'implement', attempt: 1, revision: 0, repair: 0, agent: 'claude', trace: null },
    project: { id: id('2'), key: 'SHOP', remote: { kind: 'url', url: 'https://git.example/shop.git' }, baseBranch: 'main' },
    policy: Policy.parse({}),
    plan: { id: id('5'), title: 'Shop', goal: 'Sell', epicBranch: 'epic/shop-abc123', baseBranch: 'main', status: 'active', stopRequested: false },
    task, lastSeq: 0, steering: ['Be brief.'], channel: [{ author: 'desk dev 1', text: 'Mine is the cart.' }], conversation: [{ author: 'person', text: 'Hi' }], proposalIssues: ['x'], lanes: [{ task: id('3'), branch: 'maestro/shop-1-cart' }], checklist: 'review', ...over,
  });
  const packet = (purpose: PacketFacts['run']['purpose'], over: Partial<PacketFacts> = {}) =>
    RunPacket.parse(JSON.parse(JSON.stringify(assemblePacket(facts({ ...over, run: { ...facts({}).run, purpose } })))));

  it('carries what its purpose needs and nothing else', () => {
    expect(packet('implement')).toMatchObject({ findings: task.findings, failedOutput: 'boom', repairTip: oid('e'), agent: 'claude', conversation: [], steering: ['Be brief.'] });
    expect(packet('review')).toMatchObject({ review: { head: oid('a'), tip: oid('d'), delta: ['src/a.ts'], checklist: 'review' }, findings: [], failedOutput: '' });
    expect([packet('implement').head, packet('review').head]).toEqual([oid('9'), oid('a')]);
    expect(packet('merge').agent).toBeUndefined();
    expect(packet('plan', { task: undefined })).toMatchObject({ conversation: [{ author: 'person', text: 'Hi' }], proposalIssues: ['x'] });
    expect(packet('release_cleanup', { task: undefined }).cleanup).toEqual({ branches: ['maestro/shop-1-cart', 'epic/shop-abc123'], tasks: [id('3')] });
  });

  it('shows an overlap onto the tip it was found with, and says at landing that it was seen', () => {
    const overlapping = { ...task, overlapTip: oid('f') };
    expect(packet('review', { task: overlapping }).review).toMatchObject({ tip: oid('f'), overlap: true });
    const approval = { head: oid('a'), base: oid('b'), tree: oid('c'), tip: oid('f'), overlapSeen: true, run: id('4') };
    expect(packet('merge', { task: { ...overlapping, approval } }).merge).toMatchObject({ reviewedTip: oid('f'), overlapSeen: true });
  });

  it('asks for a whole review where the policy never narrows', () => {
    expect(packet('review', { policy: Policy.parse({ deltaReview: 'never' }) }).review).not.toHaveProperty('delta');
  });

  it('lets a merge push only while task and plan agree', () => {
    const intent = { head: oid('a'), tip: oid('1'), commit: oid('2') };
    expect(packet('merge').merge).toEqual({ approvedHead: oid('a'), reviewedBase: oid('b'), reviewedTree: oid('c'), reviewedTip: oid('d'), reviewRun: id('4'), overlapSeen: false, readOnly: false });
    expect(packet('merge', { task: { ...task, intent } }).merge).toMatchObject({ intent: { tip: oid('1'), commit: oid('2') }, readOnly: false });
    expect(packet('merge', { task: { ...task, intent, cancelRequested: true } }).merge).toMatchObject({ readOnly: true });
    expect(packet('merge', { task: { ...task, intent, approval: null } }).merge).toMatchObject({ approvedHead: oid('a'), readOnly: true });
    for (const status of ['cancelled', 'completed', 'releasing']) expect(packet('merge', { plan: { ...facts({}).plan!, status } }).merge?.readOnly).toBe(true);
    expect(packet('merge', { plan: { ...facts({}).plan!, status: 'paused' } }).merge?.readOnly).toBe(false);
    expect(packet('merge', { plan: { ...facts({}).plan!, status: 'paused', stopRequested: true } }).merge?.readOnly).toBe(true);
    expect(packet('merge', { readOnly: true }).merge?.readOnly).toBe(true);
  });

  it('is never handed out with a hole', () => {
    expect(() => packet('merge', { task: { ...task, approval: null } })).toThrow(/packet\.incomplete/);
    expect(() => packet('review', { task: { ...task, head: null } })).toThrow(/packet\.incomplete/);
    expect(() => packet('merge', { task: undefined })).toThrow(/packet\.incomplete/);
  });
});
