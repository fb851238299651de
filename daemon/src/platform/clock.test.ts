import { describe, expect, it } from 'vitest';
import { systemClock } from './clock.js';
import { ManualClock } from './test-support/manual-clock.js';

describe('the system clock', () => {
  it('never goes back', () => {
    const clock = systemClock();
    let last = clock.steady();
    for (let round = 0; round < 1_000; round += 1) {
      const now = clock.steady();
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
  });
});

describe('the manual clock', () => {
  it('fires timers at their own moment, in their order, and not when cancelled', () => {
    const clock = new ManualClock();
    const fired: [string, number][] = [];
    const note = (name: string) => () => fired.push([name, clock.steady()]);
    clock.after(30, note('late'));
    clock.after(10, () => {
      note('early')();
      clock.after(5, note('nested'));
    });
    clock.after(20, note('cancelled'))();
    clock.advance(29);
    expect(fired).toEqual([['early', 10], ['nested', 15]]);
    clock.advance(1);
    expect(fired.at(-1)).toEqual(['late', 30]);
    expect(clock.now()).toBe(Date.UTC(2026, 0, 1) + 30);
  });
});
