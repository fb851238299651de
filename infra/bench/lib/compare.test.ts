import { describe, expect, it } from 'vitest';
import { atLeast, atMost, interleave, isReached, rowOf } from './compare.js';

const about = { metric: 'm', unit: 'ms', against: 'a floor' };

describe('interleave', () => {
  it('takes turns, and every other pair the other way round', async () => {
    const order: string[] = [];
    const arm = (name: string) => () => {
      order.push(name);
      return Promise.resolve(1);
    };
    await interleave(arm('p'), arm('f'), 4);
    expect(order.join('')).toBe('pffppffp');
  });

  it('keeps what belongs together together', async () => {
    let [one, two] = [0, 0];
    const pairs = await interleave(() => Promise.resolve((one += 1)), () => Promise.resolve((two += 1) * 10), 3);
    expect(pairs).toEqual([{ product: 1, floor: 10 }, { product: 2, floor: 20 }, { product: 3, floor: 30 }]);
  });
});

describe('a row', () => {
  it('is the median of the ratios of pairs, not the ratio of medians', () => {
    const row = rowOf(about, [{ product: 1, floor: 1 }, { product: 20, floor: 2 }, { product: 9, floor: 3 }]);
    expect(row).toMatchObject({ ratio: 3, spread: [1, 10], product: 9, floor: 2, pairs: 3 });
  });

  it('is none without pairs, or with one that is no number', () => {
    expect(() => rowOf(about, [])).toThrow('bench.nothing_measured');
    expect(() => rowOf(about, [{ product: 1, floor: 0 }])).toThrow('bench.nothing_measured');
    expect(() => rowOf(about, [{ product: Number.NaN, floor: 1 }])).toThrow('bench.nothing_measured');
  });
});

describe('a goal', () => {
  it.each([
    [atMost(3), 3, true],
    [atMost(3), 3.01, false],
    [atLeast(0.5), 0.5, true],
    [atLeast(0.5), 0.49, false],
    [undefined, 99, true],
  ])('%o at %d is reached: %s', (goal, ratio, reached) => {
    expect(isReached(goal === undefined ? { ratio } : { goal, ratio })).toBe(reached);
  });
});
