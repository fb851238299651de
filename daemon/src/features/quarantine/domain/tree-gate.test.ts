import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caseCollisions, hasConflictMarkers, isLfsPointer, isOrdinaryMode, pathProblem, textProblem } from './tree-gate.js';

/** Names reach the gate as git's bytes. */
const bytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

describe('pathProblem', () => {
  it.each(['src/a.ts', '-rf', ':(exclude)x', 'a b', 'über/日本語.md', '👩‍👧.txt', '"quoted"', "it's", 'a\\b', '...', 'CON'])('takes %s', (path) => {
    expect(pathProblem(bytes(path))).toBeNull();
  });
  it.each([
    ['a\u001b[2Jb', 'has a control character'],
    ['a\nb', 'has a control character'],
    ['a\u0085b', 'has a control character'],
    ['a\u202egnp.exe', 'has an invisible or direction-changing character'],
    ['a\u200bb', 'has an invisible or direction-changing character'],
    ['\ufeffa', 'has an invisible or direction-changing character'],
    ['n'.repeat(256), 'is too long'],
    [Array.from({ length: 300 }, () => 'dir').join('/'), 'is too long'],
  ])('refuses %j: %s', (path, problem) => {
    expect(pathProblem(bytes(path))).toBe(problem);
  });
  it('refuses names that are not UTF-8', () => {
    expect(pathProblem('latin-\xe9')).toBe('is not UTF-8');
  });
  it('lets no control byte through', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 60 }), (path) => {
        if (pathProblem(path) === null) expect([...path].some((character) => character < ' ' || character === '\x7f')).toBe(false);
      }),
    );
  });
});

describe('caseCollisions', () => {
  it('finds files that are one where case or composition does not count, if the change added one of them', () => {
    const all = ['README.md', 'readme.MD', 'src/a.ts'].map(bytes);
    expect(caseCollisions(all, new Set(['readme.MD']))).toEqual([['README.md', 'readme.MD']]);
    expect(caseCollisions(all, new Set(['src/a.ts']))).toEqual([]);
    const composed = [bytes('caf\u00e9'), bytes('cafe\u0301')];
    expect(caseCollisions(composed, new Set([composed[1] ?? '']))).toHaveLength(1);
  });
});

describe('the smaller gates', () => {
  it('know modes, texts, pointers and conflict markers', () => {
    expect(['100644', '100755', '120000'].every(isOrdinaryMode)).toBe(true);
    expect(['040000', '160000', '100664', '100777', '000000'].some(isOrdinaryMode)).toBe(false);
    expect(textProblem('Subject\n\n- a\tb\r\n')).toBe(false);
    expect(textProblem('bell\u0007')).toBe(true);
    expect(textProblem('half a line end\r')).toBe(true);
    expect(isLfsPointer('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n')).toBe(true);
    expect(isLfsPointer('raw')).toBe(false);
    expect(hasConflictMarkers('a\n<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\n')).toBe(true);
    expect(hasConflictMarkers('Heading\n=======\n')).toBe(false);
    expect(hasConflictMarkers('text <<<<<<< x\n=======\n>>>>>>> y\n')).toBe(false);
  });
});
