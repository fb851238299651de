import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { countsOf, hunksOf } from './version-diff.js';

const same = (text: string) => ({ change: 'same' as const, text });
const added = (text: string) => ({ change: 'added' as const, text });
const removed = (text: string) => ({ change: 'removed' as const, text });
const many = (count: number) => Array.from({ length: count }, (_, at) => same(`${at}`));

describe('hunksOf', () => {
  it('has none when nothing changed', () => {
    expect(hunksOf(many(10))).toEqual([]);
  });

  it('shows three lines around a change, and numbers them on both sides', () => {
    const [hunk, ...rest] = hunksOf([...many(10), removed('old'), added('new'), added('newer'), ...many(10)]);
    expect(rest).toEqual([]);
    expect(hunk?.content).toBe('@@ -8,7 +8,8 @@');
    expect(hunk?.changes.map((change) => [change.type, change.content])).toEqual([
      ['normal', '7'], ['normal', '8'], ['normal', '9'], ['delete', 'old'], ['insert', 'new'], ['insert', 'newer'], ['normal', '0'], ['normal', '1'], ['normal', '2'],
    ]);
  });

  it('joins changes that are near, and parts those that are not', () => {
    expect(hunksOf([added('a'), ...many(6), added('b')])).toHaveLength(1);
    expect(hunksOf([added('a'), ...many(7), added('b')])).toHaveLength(2);
  });

  it('takes a file that is new as a whole', () => {
    expect(hunksOf([added('a'), added('b')])).toMatchObject([{ oldStart: 0, oldLines: 0, newStart: 1, newLines: 2 }]);
  });

  test.prop([fc.array(fc.record({ change: fc.constantFrom('same' as const, 'added' as const, 'removed' as const), text: fc.string() }), { maxLength: 60 })])('keeps every change once, in order', (lines) => {
    const shown = hunksOf(lines).flatMap(({ changes }) => changes);
    expect(shown.filter(({ type }) => type !== 'normal').map(({ content }) => content)).toEqual(lines.filter(({ change }) => change !== 'same').map(({ text }) => text));
    const numbers = shown.flatMap((change) => (change.type === 'delete' ? [] : [change.type === 'insert' ? change.lineNumber : change.newLineNumber]));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });
});

it('countsOf counts what came and what went', () => {
  expect(countsOf([same('a'), added('b'), added('c'), removed('d')])).toEqual({ added: 2, removed: 1 });
});
