import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSetupDeclaration } from './setup-declaration.js';

const of = (lockfile: string, folder: string) => readSetupDeclaration(`lockfiles = [${JSON.stringify(lockfile)}]\nfolders = [${JSON.stringify(folder)}]\n`);

describe('what a repository says about its setup hook', () => {
  it('is which files it depends on and which folders it makes', () => {
    expect(of('web/package-lock.json', 'web/node_modules')).toEqual({ lockfiles: ['web/package-lock.json'], folders: ['web/node_modules'] });
  });

  it.each(['', '/etc', '../x', 'a/../b', 'a//b', './a', '.git', 'a/.GIT/b', 'a/', 'a\\b'])('names nothing outside of the lane: %j', (path) => {
    expect(of('package-lock.json', path)).toBeUndefined();
    expect(of(path, 'node_modules')).toBeUndefined();
  });

  it.each(['', 'lockfiles = []', 'lockfiles = ["a"]\nfolders = []', 'lockfiles = ["a"]\nfolders = ["b"]\nmore = 1', 'lockfiles = 3', '= ='])('is not understood: %j', (text) => {
    expect(readSetupDeclaration(text)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        readSetupDeclaration(text);
      }),
    );
  });
});
