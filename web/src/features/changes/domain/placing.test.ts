import type { ChangedFile, Finding, ReviewView } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { parseHunks } from './hunks.js';
import { elsewhere, openAtFirst, placed, remarksOn } from './placing.js';

const review = (head: string, ...findings: readonly Finding[]): ReviewView => ({ head, findings, by: 'ada', counted: true }) as unknown as ReviewView;
const finding = (message: string, more: Partial<Finding> = {}): Finding => ({ severity: 'advisory', message, ...more });
const file = (path: string, more: Partial<ChangedFile> = {}): ChangedFile => ({ path, status: 'modified', oldMode: '100644', newMode: '100644', added: 1, removed: 0, patch: '', ...more });
const messages = (remarks: readonly { readonly finding: Finding }[] | undefined) => remarks?.map((remark) => remark.finding.message);

describe('remarks', () => {
  it('are those on the head that is shown, blocking ones first', () => {
    expect(messages(remarksOn([review('a', finding('1'), finding('2', { severity: 'blocking' })), review('b', finding('3')), review('a', finding('4'))], 'a'))).toEqual(['2', '1', '4']);
  });

  it('stand under their lines, at the head of the file, or before all files', () => {
    const hunks = parseHunks('@@ -1,2 +1,2 @@\n same\n-old\n+new\n');
    const remarks = remarksOn([review('a', finding('new', { path: './x.ts', line: 2 }), finding('same', { path: 'x.ts', line: 1 }), finding('far', { path: 'x.ts', line: 90 }), finding('file', { path: 'x.ts' }), finding('all'), finding('gone', { path: 'y.ts', line: 1 }))], 'a');
    const { byLine, ofFile } = placed(remarks, 'x.ts', hunks);
    expect([...byLine].map(([key, each]) => [key, messages(each)])).toEqual([['I2', ['new']], ['N1', ['same']]]);
    expect(messages(ofFile)).toEqual(['far', 'file']);
    expect(messages(elsewhere(remarks, [file('x.ts')]))).toEqual(['all', 'gone']);
  });
});

describe('openAtFirst', () => {
  it('opens short files until there is much to lay out, and always those with remarks', () => {
    const files = [file('a'), file('gone', { status: 'deleted' }), file('bin', { patch: null }), file('long', { added: 401 }), ...Array.from({ length: 7 }, (_, index) => file(`m${index}`, { added: 400 })), file('late', { added: 399 }), file('said', { added: 399 })];
    const remarks = remarksOn([review('a', finding('x', { path: 'said' }), finding('y', { path: 'long' }))], 'a');
    const open = openAtFirst(files, remarks);
    expect(files.filter((_, index) => open.has(index)).map(({ path }) => path)).toEqual(['a', 'long', 'm0', 'm1', 'm2', 'm3', 'm4', 'said']);
  });
});
