import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { keyOf, lineAt, parseHunks } from './hunks.js';

describe('parseHunks', () => {
  it('numbers both sides, and knows a side that is empty', () => {
    const [hunk] = parseHunks('@@ -3,3 +3,3 @@ function f() {\n same\n-old\n+new\n\\ No newline at end of file\n last\n');
    expect(hunk).toMatchObject({ content: '@@ -3,3 +3,3 @@ function f() {', oldStart: 3, oldLines: 3, newStart: 3, newLines: 3 });
    expect(hunk?.changes.map((change) => [keyOf(change), change.content])).toEqual([['N3', 'same'], ['D4', 'old'], ['I4', 'new'], ['N5', 'last']]);
    expect(parseHunks('@@ -0,0 +1 @@\n+one\n')).toMatchObject([{ oldStart: 0, oldLines: 0, newStart: 1, newLines: 1, changes: [{ lineNumber: 1 }] }]);
    expect(parseHunks('')).toEqual([]);
  });

  const line = fc.tuple(fc.constantFrom(' ', '+', '-'), fc.constantFrom('', 'words', '@@ -1 +1 @@', '+++ b/x', '\\ No newline'));
  test.prop([fc.array(line, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 500 })])('keeps every line, and finds each line of the new side by its number', (lines, from, to) => {
    const count = (signs: string): number => lines.filter(([sign]) => signs.includes(sign)).length;
    const hunks = parseHunks(`@@ -${from},${count(' -')} +${to},${count(' +')} @@\n${lines.map(([sign, text]) => `${sign}${text}\n`).join('')}`);
    expect(hunks).toHaveLength(1);
    expect(hunks[0]?.changes.map(({ content }) => content)).toEqual(lines.map(([, text]) => text));
    expect(new Set(hunks[0]?.changes.map(keyOf)).size).toBe(lines.length);
    const now = lines.filter(([sign]) => sign !== '-').map(([, text]) => text);
    expect(now.map((_, index) => lineAt(hunks, to + index)?.content)).toEqual(now);
    expect(lineAt(hunks, to + now.length)).toBeUndefined();
  });

  test.prop([fc.string()])('never throws', (text) => {
    expect(parseHunks(text)).toBeInstanceOf(Array);
  });
});
