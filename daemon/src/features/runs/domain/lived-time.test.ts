import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { LivedTime } from './lived-time.js';

const HOUR = 3_600_000;

describe('LivedTime', () => {
  it('does not count the time that the machine slept, for nothing', () => {
    const lived = new LivedTime(0);
    for (let now = 1_000; now <= 60_000; now += 1_000) lived.look(now, { fencedMs: 0, idleMs: now });
    const woken = 60_000 + 8 * HOUR;
    expect(lived.at(woken)).toBe(60_000);
    expect(lived.look(woken, { fencedMs: 8 * HOUR, idleMs: 60_000 + 8 * HOUR })).toEqual({ runningMs: 60_000, fencedMs: 0, idleMs: 60_000 });
    expect(lived.look(woken + 1_000, { fencedMs: 8 * HOUR + 1_000, idleMs: 0 })).toEqual({ runningMs: 61_000, fencedMs: 1_000, idleMs: 0 });
  });

  it('begins anew with whatever ended meanwhile', () => {
    const lived = new LivedTime(0);
    lived.look(10_000, { fencedMs: 8_000, idleMs: 9_000 });
    expect(lived.look(11_000, { fencedMs: 0, idleMs: 200 })).toEqual({ runningMs: 11_000, fencedMs: 0, idleMs: 200 });
  });

  test.prop([fc.array(fc.tuple(fc.oneof(fc.nat(15_000), fc.nat(HOUR)), fc.boolean()), { maxLength: 40 })])('never goes back', (steps) => {
    const lived = new LivedTime(0);
    let now = 0;
    let before = 0;
    for (const [pause, looked] of steps) {
      now += pause;
      const at = looked ? lived.look(now, { fencedMs: 0, idleMs: 0 }).runningMs : lived.at(now);
      expect(at).toBeGreaterThanOrEqual(before);
      before = at;
    }
  });

  test.prop([fc.array(fc.nat(15_000), { maxLength: 40 })])('is what was measured while nobody sleeps', (pauses) => {
    const lived = new LivedTime(0);
    let now = 0;
    for (const pause of pauses) {
      now += pause;
      expect(lived.look(now, { fencedMs: now, idleMs: now })).toEqual({ runningMs: now, fencedMs: now, idleMs: now });
    }
  });
});
