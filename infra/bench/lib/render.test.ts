import { describe, expect, it } from 'vitest';
import { atLeast, atMost, rowOf } from './compare.js';
import { margin, pictureOf, shortNumber } from './picture.js';
import { sectionOf } from './render.js';

const row = rowOf({ metric: 'Click <b>', unit: 'ms', against: 'a | floor', goal: atMost(3) }, [{ product: 4, floor: 1 }, { product: 6, floor: 2 }, { product: 5, floor: 2 }]);

describe('a section', () => {
  it('says what was measured against what, the ratio with its spread, and whether it is enough', () => {
    const lines = sectionOf('Dispatch', { rows: [row], remarks: ['A remark.'] }).split('\n');
    expect(lines[0]).toBe('## Dispatch');
    expect(lines.at(-1)).toBe('A remark.');
    expect(lines[4]).toBe('| Click <b> | 5.00 ms | 2.00 ms: a \\| floor | 3.00 (2.50 to 4.00, 3 pairs) | at most 3.00 | reached |');
  });

  it('says missed, and nothing where there is no goal', () => {
    const { goal: _, ...informs } = row;
    expect(sectionOf('x', { rows: [{ ...row, ratio: 3.1 }] })).toContain('| **missed** |');
    expect(sectionOf('x', { rows: [informs] })).toMatch(/\| {2}\| {2}\|$/m);
  });

  it('shows growth as a table', () => {
    const growth = [{ title: 'A longer queue', of: 'tasks', unit: 'ms', points: [{ size: 100_000, cost: 0.5 }] }];
    expect(sectionOf('x', { rows: [], growth })).toContain('| 100,000 | 0.50 |');
  });
});

describe('the picture', () => {
  it.each([
    [atMost(3), 1.5, 2],
    [atMost(3), 6, 0.5],
    [atLeast(0.5), 1, 2],
    [atLeast(0.5), 0.25, 0.5],
  ])('%o at %d is %d times the goal', (goal, ratio, times) => {
    expect(margin({ goal, ratio })).toBe(times);
  });

  it('is well-formed, with every metric and every point in it, and words as words', () => {
    const svg = pictureOf([row], [{ title: 'Growth', of: 'tasks', unit: 'ms', points: [{ size: 10, cost: 1 }, { size: 1_000, cost: 20 }] }]);
    expect(svg).toContain('Click &lt;b&gt;');
    expect(svg.match(/<circle /g)).toHaveLength(2);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(svg.match(/<text/g)).toHaveLength(svg.match(/<\/text>/g)?.length ?? 0);
  });

  it.each([[0, '0'], [1234.4, '1,234'], [123.4, '123'], [12.34, '12.3'], [1.234, '1.23'], [0.01234, '0.012']])('shortens %d to %s', (value, short) => {
    expect(shortNumber(value)).toBe(short);
  });
});
