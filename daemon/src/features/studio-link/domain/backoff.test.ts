import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { LONGEST_PAUSE_MS, reconnectPause } from './backoff.js';

describe('reconnectPause', () => {
  test.prop([fc.integer({ min: 0, max: 1_000_000 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.integer({ min: 0, max: 100_000 })])('never waits longer than the cap, nor a negative time', (attempt, random, atLeast) => {
    const pause = reconnectPause(attempt, random, atLeast);
    expect(pause).toBeGreaterThanOrEqual(0);
    expect(pause).toBeLessThanOrEqual(LONGEST_PAUSE_MS);
  });

  it('spreads over the whole bound, which doubles up to the cap', () => {
    expect([1, 2, 3, 4].map((attempt) => reconnectPause(attempt, 0.999_999))).toEqual([500, 1_000, 2_000, 4_000]);
    expect(reconnectPause(4, 0)).toBe(0);
    expect(reconnectPause(40, 0.999_999)).toBe(LONGEST_PAUSE_MS);
  });

  it('adds its jitter to what the studio asked for', () => {
    expect(reconnectPause(1, 0, 1_000)).toBe(1_000);
    expect(reconnectPause(1, 0.5, 1_000)).toBe(1_250);
  });
});
