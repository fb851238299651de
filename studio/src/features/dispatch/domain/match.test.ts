import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { PURPOSES, Role } from '@maestro/protocol';
import type { Candidate, Work } from './candidate.js';
import { match, partsOf } from './match.js';
import { WEIGHTS } from './weights.js';

const session = (over: Partial<Candidate> = {}): Candidate => ({
  session: 's1', name: 'ada', member: 'm1', status: 'online', memberRoles: [Role.developer], skills: { ts: 3 }, purposes: PURPOSES,
  agents: [{ name: 'claude', room: 2 }], slots: 2, busy: 0, machineRoom: 2, paused: null, reachable: true, mayPush: true, cooldownSeconds: 0, ...over,
});
const work = (over: Partial<Work> = {}): Work => ({
  purpose: 'implement', skills: [{ slug: 'ts', min: 3 }], member: null, pinnedSession: null, laneSession: null, avoidSession: null,
  author: null, independence: 'conversation', reviewerWaitSeconds: 0, projectRoom: 10, ...over,
});

describe('the hard filters', () => {
  it.each<readonly [string, Partial<Candidate>, Partial<Work>, RegExp]>([
    ['away', { status: 'stale' }, {}, /It is stale/],
    ['draining', { status: 'draining' }, {}, /It is draining/],
    ['full', { busy: 2 }, {}, /All of its 2 slots/],
    ['a full machine', { machineRoom: 0 }, {}, /in all its sessions together/],
    ['a full agent', { agents: [{ name: 'claude', room: 0 }] }, {}, /as many runs with claude as it takes/],
    ['paused', { paused: { scope: 'session', by: 'Ada', why: 'hot' } }, {}, /^It is paused by Ada: hot\. Resume it\.$/],
    ['without slots', { slots: 0 }, {}, /takes no runs/],
    ['a full project', {}, { projectRoom: 0 }, /as many at once/],
    ['cooling down', { cooldownSeconds: 20 }, {}, /in 20 s/],
    ['another purpose', { purposes: ['review'] }, {}, /does not take implement runs/],
    ['a member who may not plan', {}, { purpose: 'plan', skills: [] }, /member may not do plan/],
    ['a viewer', { memberRoles: [Role.viewer] }, {}, /member may not/],
    ['an unreachable repository', { reachable: false }, {}, /cannot reach/],
    ['no right to push', { mayPush: false }, {}, /may not push/],
    ['a missing skill', { skills: {} }, {}, /lacks ts \(level 3/],
    ['a skill that is too low', { skills: { ts: 2 } }, {}, /ts at level 2; 3/],
    ['no agent', { agents: [] }, {}, /No agent program/],
    ["somebody else's task", {}, { member: { id: 'm2', name: 'Bob' } }, /is Bob's/],
    ['a pin', {}, { pinnedSession: 's2' }, /pinned/],
    ['the author, while another is waited for', {}, { purpose: 'review', author: { session: 's1', member: 'm1' }, independence: 'session', reviewerWaitSeconds: 60 }, /another machine is waited for, 60 s/],
    ['the author, while another member is waited for', { session: 's9' }, { purpose: 'review', author: { session: 's1', member: 'm1' }, independence: 'member', reviewerWaitSeconds: 60 }, /another member/],
  ])('%s', (_what, candidate, wanted, sentence) => {
    const result = match([session(candidate)], work(wanted));
    expect(result.chosen).toBeNull();
    expect(result.candidates[0]?.missing).toEqual([expect.stringMatching(sentence)]);
  });

  it('need no agent for deterministic work, and no push for a review', () => {
    expect(match([session({ agents: [], skills: {} })], work({ purpose: 'merge', skills: [] })).chosen).not.toBeNull();
    expect(match([session({ mayPush: false })], work({ purpose: 'review' })).chosen).not.toBeNull();
  });

  it('name all that is missing', () => {
    expect(match([session({ skills: {}, agents: [], busy: 2 })], work()).candidates[0]?.missing).toHaveLength(3);
  });

  it("let anybody review a member's task", () => {
    expect(match([session()], work({ purpose: 'review', member: { id: 'm2', name: 'Bob' } })).chosen).not.toBeNull();
  });
});

describe('the score', () => {
  it('adds up, and never exceeds its weights', () => {
    const best = session({ session: 'warm', skills: { ts: 5 }, recentSuccess: 1, purposes: ['implement'] });
    const parts = partsOf(best, work({ laneSession: 'warm' }));
    expect(parts).toEqual({ warmLane: 30, freeSlots: 25, skillSurplus: 15, recentSuccess: 15, independence: 0, specialist: 5 });
    const held = match([best], work({ laneSession: 'warm' })).candidates[0];
    expect(held?.score).toBe(90);
  });

  it.each<readonly [string, Partial<Candidate>, Partial<Candidate>, Partial<Work>]>([
    ['the warm lane', { session: 'warm' }, { skills: { ts: 5 } }, { laneSession: 'warm' }],
    ['the free one', {}, { busy: 1 }, {}],
    ['the more able', { skills: { ts: 5 } }, {}, {}],
    ['the more successful', { recentSuccess: 1 }, { recentSuccess: 0 }, {}],
    ['the unknown over the failing', {}, { recentSuccess: 0.2 }, {}],
    ['the specialist', { purposes: ['implement'] }, {}, {}],
    ['another member over the author', { member: 'm2' }, { session: 'author', member: 'm1' }, { purpose: 'review', author: { session: 'author', member: 'm1' } }],
    ['another machine over the author', {}, { session: 'author' }, { purpose: 'review', author: { session: 'author', member: 'm1' } }],
  ])('prefers %s', (_what, better, worse, wanted) => {
    const [first, second] = [session({ session: 'b', name: 'zoe', ...better }), session({ session: 'a', name: 'ada', ...worse })];
    expect(match([second, first], work(wanted)).chosen).toBe(first);
  });

  it('says what decided', () => {
    expect(match([session({ session: 'warm' })], work({ laneSession: 'warm' })).sentence).toBe('ada scored highest, mostly for having its lane.');
    expect(match([], work()).sentence).toBe('No machine is connected to this project.');
    expect(match([session({ status: 'offline' })], work()).sentence).toBe('No connected machine can take it now.');
  });
});

describe('after a failure', () => {
  it('goes elsewhere when the fault was the machine\'s own, and stays when there is no elsewhere', () => {
    const failed = session({ session: 'bad', skills: { ts: 5 } });
    const other = session({ session: 'good', name: 'bob', busy: 1 });
    expect(match([failed, other], work({ avoidSession: 'bad', laneSession: 'bad' })).chosen).toBe(other);
    expect(match([failed, other], work({ avoidSession: 'bad' })).candidates[1]?.missing).toEqual([expect.stringMatching(/fault of its own/)]);
    expect(match([failed, { ...other, status: 'offline' }], work({ avoidSession: 'bad' })).chosen).toBe(failed);
  });
});

describe('a self-review', () => {
  const author = { session: 's1', member: 'm1' };
  it('is labelled once nobody else came in time', () => {
    const result = match([session()], work({ purpose: 'review', author, independence: 'session' }));
    expect(result).toMatchObject({ selfReview: true, sentence: expect.stringContaining('judges its own work') as unknown });
  });

  it('is none when the policy asks for a fresh conversation only', () => {
    expect(match([session()], work({ purpose: 'review', author })).selfReview).toBe(false);
  });

  it('is none on another machine of the same member, unless the policy wants another member', () => {
    expect(match([session({ session: 's2' })], work({ purpose: 'review', author, independence: 'session' })).selfReview).toBe(false);
    expect(match([session({ session: 's2' })], work({ purpose: 'review', author, independence: 'member' })).selfReview).toBe(true);
  });
});

const candidates = fc.uniqueArray(
  fc.record({
    session: fc.uuid(), name: fc.constantFrom('ada', 'bob', 'eve'), member: fc.constantFrom('m1', 'm2'), status: fc.constantFrom('online', 'stale', 'offline'),
    memberRoles: fc.constantFrom([Role.developer], [Role.viewer]), skills: fc.record({ ts: fc.integer({ min: 1, max: 5 }) }), purposes: fc.constantFrom(PURPOSES, ['implement'] as const),
    agents: fc.constantFrom([], [{ name: 'claude', room: 0 }], [{ name: 'claude', room: 0 }, { name: 'codex', room: 1 }]), slots: fc.integer({ min: 0, max: 4 }), busy: fc.integer({ min: 0, max: 4 }), reachable: fc.boolean(), mayPush: fc.boolean(),
    machineRoom: fc.integer({ min: 0, max: 4 }), paused: fc.constantFrom(null, null, { scope: 'session' as const, by: 'Ada', why: '' }), cooldownSeconds: fc.constantFrom(0, 30),
  }),
  { selector: ({ session: id }) => id, maxLength: 6 },
);

test.prop([candidates, fc.constantFrom(...PURPOSES), fc.nat()])('the order in which sessions come decides nothing', (sessions, purpose, seed) => {
  const shuffled = [...sessions].sort((a, b) => ((a.session.charCodeAt(0) * seed) % 7) - ((b.session.charCodeAt(0) * seed) % 7));
  const wanted = work({ purpose });
  expect(match(shuffled, wanted).chosen?.session).toBe(match(sessions, wanted).chosen?.session);
  expect(match(shuffled, wanted).candidates).toEqual(match(sessions, wanted).candidates);
});

test.prop([candidates])('the chosen one passes every filter and has the highest score', (sessions) => {
  const { chosen, candidates: held } = match(sessions, work());
  const scores = held.flatMap(({ score }) => score ?? []);
  if (chosen === null) expect(scores).toEqual([]);
  else expect(held[0]).toMatchObject({ session: chosen.session, missing: [], score: Math.max(...scores) });
  const most = Object.values(WEIGHTS).reduce((sum, weight) => sum + weight, 0);
  for (const score of scores) expect(score).toBeLessThanOrEqual(most);
});
