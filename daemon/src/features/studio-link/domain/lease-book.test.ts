import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { LeaseBook } from './lease-book.js';

const RUN = 'run-1';

describe('LeaseBook', () => {
  it('fences a run twelve seconds after the renewal was asked for', () => {
    const book = new LeaseBook(15);
    book.hold(RUN, 1, 1_000);
    expect(book.isFenced(RUN, 12_999)).toBe(false);
    expect(book.isFenced(RUN, 13_000)).toBe(true);
    expect(book.fencedFor(RUN, 13_500)).toBe(500);
  });

  it('lifts the fence with a renewal of the same epoch only', () => {
    const book = new LeaseBook(15);
    book.hold(RUN, 2, 0);
    book.renew([{ run: RUN, epoch: 1 }], 20_000);
    expect(book.isFenced(RUN, 20_001)).toBe(true);
    book.renew([{ run: RUN, epoch: 2 }], 20_000);
    expect(book.isFenced(RUN, 20_001)).toBe(false);
  });

  it('is not moved back by an answer that comes late', () => {
    const book = new LeaseBook(15);
    book.hold(RUN, 1, 10_000);
    book.renew([{ run: RUN, epoch: 1 }], 4_000);
    expect(book.isFenced(RUN, 21_000)).toBe(false);
  });

  it('takes a run that nobody holds as fenced, without a time', () => {
    const book = new LeaseBook();
    expect(book.isFenced(RUN, 0)).toBe(true);
    expect(book.fencedFor(RUN, 1e9)).toBe(0);
    book.hold(RUN, 1, 0);
    book.release(RUN);
    expect(book.isFenced(RUN, 0)).toBe(true);
    expect(book.held()).toEqual([]);
  });

  it('follows the lease that the studio says', () => {
    const book = new LeaseBook(15);
    book.setLeaseSeconds(5);
    book.hold(RUN, 1, 0);
    expect(book.isFenced(RUN, 3_999)).toBe(false);
    expect(book.isFenced(RUN, 4_000)).toBe(true);
  });

  const action = fc.oneof(
    fc.record({ do: fc.constant('hold' as const), at: fc.nat(60_000), epoch: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ do: fc.constant('renew' as const), at: fc.nat(60_000), epoch: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ do: fc.constant('release' as const), at: fc.nat(60_000), epoch: fc.constant(1) }),
  );
  test.prop([fc.array(action, { maxLength: 30 }), fc.nat(90_000)])('never gives the right to act for longer than the fence after the last word of the studio', (actions, now) => {
    const book = new LeaseBook(15);
    let latest = Number.NEGATIVE_INFINITY;
    for (const { do: what, at, epoch } of actions) {
      if (what === 'hold') book.hold(RUN, epoch, at);
      else if (what === 'renew') book.renew([{ run: RUN, epoch }], at);
      else book.release(RUN);
      latest = Math.max(latest, at);
    }
    if (now - latest >= 12_000) expect(book.isFenced(RUN, now)).toBe(true);
  });
});
