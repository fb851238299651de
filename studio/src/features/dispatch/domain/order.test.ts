import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { FairQueue } from './order.js';
import type { Queued, Standing, Standings } from './order.js';

const item = (id: string, over: Partial<Queued> = {}): Queued => ({ id, project: 'x', plan: 'p1', stage: 'produce', priority: 0, level: 0, position: 0, since: 0, ...over });
const order = (due: readonly Queued[], plans: Standings = {}, projects: Standings = {}): string =>
  new FairQueue(due, plans, projects)
    .drain()
    .map(({ id }) => id)
    .join(' ');
const stands = (atWork: number, servedAt = 0): Standing => ({ atWork, servedAt });

describe('the order of due work', () => {
  it('puts what is nearest to its end first, then priority, level and age', () => {
    const due = [item('young', { since: 9 }), item('old', { since: 1 }), item('deep', { level: 1 }), item('urgent', { priority: 5, level: 3 }), item('judge', { stage: 'judge' }), item('land', { stage: 'land' }), item('own', { stage: null })];
    expect(order(due)).toBe('own land judge urgent old young deep');
  });

  it('takes plans in turn, beginning with the one that has least at work', () => {
    const due = [item('a1'), item('a2', { position: 1 }), item('a3', { position: 2 }), item('b1', { plan: 'p2' })];
    expect(order(due, { p1: stands(1) })).toBe('b1 a1 a2 a3');
    expect(order(due)).toBe('a1 b1 a2 a3');
    expect(order(due, { p2: stands(2) })).toBe('a1 a2 b1 a3');
  });

  it('takes projects in turn before plans: ten plans of one are one turn against the one of another', () => {
    const due = [...Array.from({ length: 3 }, (_, index) => item(`a${index}`, { plan: `p${index}` })), item('b0', { project: 'y', plan: 'q' }), item('b1', { project: 'y', plan: 'q', position: 1 })];
    expect(order(due)).toBe('a0 b0 a1 b1 a2');
    expect(order(due, {}, { x: stands(1) })).toBe('b0 a0 b1 a1 a2');
  });

  it('lets the one go first, among equals, that was served longest ago', () => {
    const due = [item('a1'), item('b1', { plan: 'p2' }), item('c1', { plan: 'p3' })];
    expect(order(due, { p1: stands(0, 7), p2: stands(0, 5) })).toBe('c1 b1 a1');
  });

  it('spends no turn on work that nobody takes', () => {
    const due = [item('a1'), item('a2', { position: 1 }), item('a3', { position: 2 }), item('b1', { plan: 'p2' }), item('b2', { plan: 'p2', position: 1 })];
    const queue = new FairQueue(due, {}, {});
    const given: string[] = [];
    for (let next = queue.next(); next !== undefined; next = queue.next()) {
      if (next.id === 'a1') continue;
      given.push(next.id);
      queue.gave(next);
    }
    expect(given).toEqual(['a2', 'b1', 'a3', 'b2']);
  });
});

const PLANS = ['p1', 'p2', 'p3', 'q1', 'q2'] as const;
const projectOf = (plan: string): string => (plan.startsWith('p') ? 'x' : 'y');
const work = fc
  .record({ id: fc.uuid(), plan: fc.constantFrom(...PLANS), stage: fc.constantFrom('produce', 'judge', 'land', null), priority: fc.integer({ min: -2, max: 2 }), level: fc.nat(3), position: fc.nat(9), since: fc.nat(9) })
  .map((each): Queued => ({ ...each, project: projectOf(each.plan) }));

test.prop([fc.uniqueArray(work, { maxLength: 40, selector: ({ id }) => id })])('nothing is lost or doubled, and no turn comes twice while another waits for its first', (due) => {
  const ordered = new FairQueue(due, {}, {}).drain();
  expect(ordered.map(({ id }) => id).sort()).toEqual(due.map(({ id }) => id).sort());
  for (const by of ['project', 'plan'] as const) {
    const seen: Record<string, number> = {};
    for (const each of ordered) {
      seen[each[by]] = (seen[each[by]] ?? 0) + 1;
      // Between plans of one project, and between projects: the n-th of one comes before the (n+1)-th of another.
      for (const other of new Set(due.filter((one) => by === 'project' || one.project === each.project).map((one) => one[by]))) {
        const all = due.filter((one) => one[by] === other).length;
        expect(seen[other] ?? 0).toBeGreaterThanOrEqual(Math.min(all, (seen[each[by]] ?? 0) - 1));
      }
    }
  }
});

test.prop([fc.uniqueArray(work, { maxLength: 40, selector: ({ id }) => id })])('priority is kept within a plan and stage: nothing goes before what is wanted more', (due) => {
  const ordered = new FairQueue(due, {}, {}).drain();
  for (const [index, one] of ordered.entries()) {
    for (const later of ordered.slice(index + 1)) if (later.plan === one.plan && later.stage === one.stage) expect(later.priority).toBeLessThanOrEqual(one.priority);
  }
});

/** A studio over time: each round some runs end, and the dispatcher looks once, with as many slots as are then free. Ids and lengths of plans are against the late ones. */
test.prop([fc.array(fc.record({ frees: fc.nat(2), hard: fc.nat(4) }), { minLength: 5, maxLength: 60 }), fc.integer({ min: 1, max: 3 })])(
  'nobody starves: a plan with work and nothing at work is served within as many turns as there are plans',
  (rounds, slots) => {
    let serial = 0;
    let turn = 0;
    const live: { readonly plan: string }[] = [];
    const served: Record<string, number> = {};
    const hungrySince: Record<string, number> = Object.fromEntries(PLANS.map((plan) => [plan, 0]));
    for (const { frees, hard } of rounds) {
      live.splice(0, frees);
      for (const plan of PLANS) if (!live.some((run) => run.plan === plan)) hungrySince[plan] ??= turn;
      const due = PLANS.flatMap((plan) => Array.from({ length: 8 }, () => item(`${(serial += 1)}`, { plan, project: projectOf(plan) })));
      const standingOf = (member: (plan: string) => boolean): Standing => ({
        atWork: live.filter(({ plan }) => member(plan)).length,
        servedAt: Math.max(-1, ...PLANS.filter(member).map((plan) => served[plan] ?? -1)),
      });
      const queue = new FairQueue(due, Object.fromEntries(PLANS.map((plan) => [plan, standingOf((each) => each === plan)])), Object.fromEntries(['x', 'y'].map((project) => [project, standingOf((plan) => projectOf(plan) === project)])));
      for (let next = queue.next(); next !== undefined && live.length < slots; next = queue.next()) {
        // Some of each plan's work nobody can take.
        if (Number(next.id) % 8 < hard) continue;
        queue.gave(next);
        live.push({ plan: next.plan });
        turn += 1;
        served[next.plan] = turn;
        const since = hungrySince[next.plan];
        // Two projects take turns, and within one at most three plans.
        if (since !== undefined) expect(turn - since).toBeLessThanOrEqual(2 * 3 + slots);
        hungrySince[next.plan] = undefined as never;
      }
    }
    for (const plan of PLANS) if (hungrySince[plan] !== undefined) expect(turn - hungrySince[plan]).toBeLessThanOrEqual(2 * 3 + slots);
  },
);
