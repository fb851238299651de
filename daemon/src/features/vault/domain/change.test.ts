import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { parsePatches, toldChange, wantedPatches } from './change.js';
import type { LineCount, RawEntry } from './raw-diff.js';

const LIMITS = { names: 5, patches: 3, patchCharacters: 40, characters: 60 };
const OID = '1'.repeat(40);
const entry = (path: string, status = 'M'): RawEntry => ({ path, status, oldMode: status === 'A' ? '000000' : '100644', newMode: status === 'D' ? '000000' : '100644', oldBlob: OID, newBlob: OID });
const raw = (entries: readonly RawEntry[]): string => entries.map(({ path, status, oldMode, newMode }) => `:${oldMode} ${newMode} ${OID} ${OID} ${status}\0${path}\0`).join('');
const patch = (hunks: string): string => `diff --git a/x b/x\nindex 1..2 100644\n${hunks === '' ? '' : `--- a/x\n+++ b/x\n${hunks}`}`;
const lines = (added: number | null, removed: number | null): LineCount => ({ added, removed });

describe('parsePatches', () => {
  it('gives each file its hunks by the order alone, a change of type both of its parts', () => {
    const entries = [entry('a'), entry('link', 'T'), entry('mode'), entry('z')];
    const output = `${raw(entries)}\0${[patch('@@ -1 +1 @@\n-diff --git a/z b/z\n+two\n'), patch('@@ -1 +0,0 @@\n-l\n'), patch('@@ -0,0 +1 @@\n+to\n\\ No newline at end of file\n'), patch(''), patch('@@ -1 +1 @@\n-@@ x\n+y\n')].join('')}`;
    expect([...(parsePatches(output, false) ?? [])]).toEqual([
      ['a', '@@ -1 +1 @@\n-diff --git a/z b/z\n+two\n'],
      ['link', '@@ -1 +0,0 @@\n-l\n@@ -0,0 +1 @@\n+to\n\\ No newline at end of file\n'],
      ['mode', ''],
      ['z', '@@ -1 +1 @@\n-@@ x\n+y\n'],
    ]);
  });

  it('leaves the last patch of a cut output out, and gives none when they do not fit the files', () => {
    const entries = [entry('a'), entry('b'), entry('c')];
    const output = `${raw(entries)}\0${patch('@@ -1 +1 @@\n-1\n+2\n')}${patch('@@ -1 +1 @@\n-1')}`;
    expect([...(parsePatches(output, true)?.keys() ?? [])]).toEqual(['a']);
    expect(parsePatches(output, false)).toBeUndefined();
    expect(parsePatches(`${raw([entry('a')])}\0${patch('')}${patch('')}`, false)).toBeUndefined();
    expect(parsePatches('', false)?.size).toBe(0);
  });

  const content = fc.array(fc.constantFrom('diff --git a/x b/x', 'x\rdiff --git a/x b/x', '@@ -1 +1 @@', '--- a/x', '', 'words'), { minLength: 1, maxLength: 6 }).map((each) => `@@ -1,9 +1,9 @@\n${each.map((line) => `+${line}\n`).join('')}`);
  const path = fc.string({ minLength: 1 }).filter((text) => !text.includes('\0') && /^[\0-\xff]*$/.test(text));
  test.prop([fc.uniqueArray(fc.tuple(path, fc.option(content, { nil: '' })), { selector: ([name]) => name, maxLength: 12 })])('is not deceived by what stands in files or names', (files) => {
    fc.pre(files.length > 0);
    const output = `${raw(files.map(([name]) => entry(name)))}\0${files.map(([, hunks]) => patch(hunks)).join('')}`;
    expect([...(parsePatches(output, false) ?? [])]).toEqual(files);
  });
});

describe('toldChange', () => {
  const entries = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => entry(name));
  const counts = new Map(entries.map(({ path }) => [path, lines(1, 2)] as const));

  it('carries patches and names as far as the limits go, and counts everything', () => {
    const patches = new Map([['a', 'x'.repeat(30)], ['b', 'y'.repeat(31)], ['c', 'z'.repeat(30)], ['d', 'w'.repeat(41)]]);
    const { totals, files } = toldChange(entries, counts, patches, LIMITS);
    expect(totals).toEqual({ files: 6, added: 6, removed: 12 });
    expect(files.map(({ path, patch: told, without }) => [path, told?.length ?? without])).toEqual([['a', 30], ['b', 'over_limit'], ['c', 30], ['d', 'too_long'], ['e', 'over_limit']]);
  });

  it('says why a patch is missing, and asks only for those that may be told', () => {
    const some = [entry('bin'), entry('huge'), entry('gone', 'D'), entry('new', 'A'), entry('m')];
    const numbers = new Map([['bin', lines(null, null)], ['huge', lines(9_000, 0)], ['gone', lines(0, 3)], ['new', lines(0, 0)], ['m', lines(1, 1)]]);
    expect(wantedPatches(some, numbers, LIMITS)).toEqual(['gone', 'new', 'm']);
    expect(wantedPatches(some, numbers, { ...LIMITS, patches: 2 })).toEqual(['gone', 'new']);
    const { files } = toldChange(some, numbers, new Map([['gone', '@@'], ['new', '']]), LIMITS);
    expect(files.map(({ status, patch: told, without }) => [status, told, without])).toEqual([
      ['modified', null, 'binary'],
      ['modified', null, 'too_long'],
      ['deleted', '@@', undefined],
      ['added', '', undefined],
      ['modified', null, 'over_limit'],
    ]);
  });

  it('shows names and contents that are no UTF-8, and NUL, as what can be kept', () => {
    const odd = 'caf\xe9';
    const { files } = toldChange([entry(odd)], new Map([[odd, lines(1, 0)]]), new Map([[odd, '+\xc3\xa9 \xe9 \0\n']]), LIMITS);
    expect(files).toMatchObject([{ path: 'caf\uFFFD', patch: '+é \uFFFD \uFFFD\n' }]);
  });
});
