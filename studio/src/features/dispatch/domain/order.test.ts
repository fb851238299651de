import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { fairOrder } from './order.js';
import type { Queued } from './order.js';

const item = (id: string, over: Partial<Queued> = {}): Queued => ({ id, plan: 'p1', stage: 'produce', priority: 0, level: 0, position: 0, since: 0, ...over });
const ids = (items: readonly Queued[]): string => items.map(({ id }) => id).join(' ');

describe('the order of due work', () => {
  it('puts what is nearest to its end first, then priority, level and age', () => {
    const due = [item('young', { since: 9 }), item('old', { since: 1 }), item('deep', { level: 1 }), item('urgent', { priority: 5, level: 3 }), item('judge', { stage: 'judge' }), item('land', { stage: 'land' }), item('own', { stage: null })];
    expect(ids(fairOrder(due, {}))).toBe('own land judge urgent old young deep');
  });

  it('takes plans in turn, beginning with the one that has least at work', () => {
    const due = [item('a1'), item('a2', { position: 1 }), item('a3', { position: 2 }), item('b1', { plan: 'p2' })];
    expect(ids(fairOrder(due, { p1: 1 }))).toBe('b1 a1 a2 a3');
    expect(ids(fairOrder(due, {}))).toBe('a1 b1 a2 a3');
    expect(ids(fairOrder(due, { p2: 2 }))).toBe('a1 a2 a3 b1');
  });
});

test.prop([fc.array(fc.record({ id: fc.uuid(), plan: fc.constantFrom('p1', 'p2', 'p3'), stage: fc.constantFrom('produce', 'judge', 'land', null), priority: fc.integer({ min: -2, max: 2 }), level: fc.nat(3), position: fc.nat(9), since: fc.nat(9) }), { maxLength: 40 })])(
  'nothing is lost, doubled, or kept waiting behind a longer plan',
  (due) => {
    const ordered = fairOrder(due, {});
    expect([...ordered].map(({ id }) => id).sort()).toEqual(due.map(({ id }) => id).sort());
    // The n-th item of any plan comes before the (n+1)-th of another that has started no earlier.
    const seen: Record<string, number> = {};
    for (const { plan } of ordered) {
      seen[plan] = (seen[plan] ?? 0) + 1;
      for (const other of new Set(due.map((each) => each.plan))) {
        const all = due.filter((each) => each.plan === other).length;
        expect(seen[other] ?? 0).toBeGreaterThanOrEqual(Math.min(all, (seen[plan] ?? 0) - 1));
      }
    }
  },
);
