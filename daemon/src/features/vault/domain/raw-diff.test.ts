import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differingPaths, parseNumstat, parseRawDiff } from './raw-diff.js';
import type { RawEntry } from './raw-diff.js';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);

const entries = fc.array(
  fc.record<RawEntry>({
    path: fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)), minLength: 1, maxLength: 30 }),
    status: fc.constantFrom('A', 'M', 'D', 'T'),
    oldMode: fc.constantFrom('000000', '100644', '120000'),
    newMode: fc.constantFrom('000000', '100755', '160000'),
    oldBlob: fc.constantFrom(A, B),
    newBlob: fc.constantFrom(A, B),
  }),
);
const print = (all: readonly RawEntry[]) => all.map((entry) => `:${entry.oldMode} ${entry.newMode} ${entry.oldBlob} ${entry.newBlob} ${entry.status}\0${entry.path}\0`).join('');

describe('parseRawDiff', () => {
  it('reads back every entry, whatever bytes its name has', () => {
    fc.assert(
      fc.property(entries, (all) => {
        expect(parseRawDiff(print(all))).toEqual(all);
      }),
    );
  });
  it('throws rather than guess', () => {
    expect(() => parseRawDiff('diff --git a/x b/x\0x\0')).toThrow('raw_diff_malformed');
    expect(() => parseRawDiff(`:100644 100644 ${A} ${B} M\0\0`)).toThrow('raw_diff_malformed');
  });
});

describe('parseNumstat', () => {
  it('counts lines, and says null for binary files', () => {
    expect(parseNumstat('1\t2\tsrc/a.ts\0-\t-\tb\tin.dat\0')).toEqual(new Map([['src/a.ts', { added: 1, removed: 2 }], ['b\tin.dat', { added: null, removed: null }]]));
  });
});

describe('differingPaths', () => {
  const change = (path: string, newBlob: string): RawEntry => ({ path, status: 'M', oldMode: '100644', newMode: '100644', oldBlob: A, newBlob });
  it('names the paths that are not changed alike on both sides', () => {
    expect(differingPaths([change('x', B), change('y', A)], [change('y', B), change('x', B), change('z', B)])).toEqual(['y', 'z']);
  });
  it('is empty exactly for the same set of changes, in any order', () => {
    fc.assert(
      fc.property(entries, entries, (one, other) => {
        expect(differingPaths(one, [...one].reverse())).toEqual([]);
        const same = print([...one].sort(byText)) === print([...other].sort(byText));
        if (same) expect(differingPaths(one, other)).toEqual([]);
        expect(differingPaths(one, other)).toEqual(differingPaths(other, one));
      }),
    );
  });
});

function byText(one: RawEntry, other: RawEntry): number {
  const [left, right] = [print([one]), print([other])];
  return left < right ? -1 : left > right ? 1 : 0;
}
