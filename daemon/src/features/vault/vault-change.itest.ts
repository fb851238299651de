import { chmod, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { CHANGE_LIMITS } from '@maestro/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRemote, openMachine, putFiles, scratchFolder, userGit } from '../../test-support/git-fixture.js';
import type { Machine, Scratch } from '../../test-support/git-fixture.js';
import type { ToldChange } from './domain/change.js';

const ODD = 'src/"quoted" \\ été\nnew\tline.ts';

describe('what commits change, as people are told of it', () => {
  let scratch: Scratch;
  let seed: string;
  let remote: string;
  let machine: Machine;
  let base: string;
  beforeAll(async () => {
    scratch = await scratchFolder();
    ({ remote, seed } = await makeRemote(scratch.folder));
    machine = await openMachine(join(scratch.folder, 'home'), remote);
    await putFiles(seed, { [ODD]: 'one\ntwo\n', 'old-name.ts': 'kept\n', 'gone.ts': 'a\nb\nc\n', 'tool.sh': 'echo\n', 'link': 'was a file\n', 'logo.png': Uint8Array.from([0, 1, 2]) });
    base = await committed('Before');
  });
  afterAll(() => scratch.remove());

  /** Commits everything and brings it into the vault. */
  async function committed(message: string): Promise<string> {
    await userGit(seed, ['add', '-A']);
    await userGit(seed, ['commit', '-q', '--allow-empty', '-m', message]);
    await userGit(seed, ['push', '-q', '--force', remote, 'HEAD:refs/heads/work']);
    const fetched = await machine.vault.fetch(['work']);
    const head = fetched.ok ? fetched.value.get('work') : undefined;
    if (head === undefined || head === null) throw new Error('nothing was fetched');
    return head;
  }
  const told = ({ files }: ToldChange): readonly (readonly unknown[])[] => files.map(({ path, status, added, removed, patch, without }) => [path, status, added, removed, patch ?? without]);

  it('tells of every kind of change by its own name', async () => {
    await putFiles(seed, { [ODD]: 'one\n2\n', 'logo.png': Uint8Array.from([0, 9]), 'empty.ts': '', 'no-end.ts': 'x' });
    await rename(join(seed, 'old-name.ts'), join(seed, 'new-name.ts'));
    await rm(join(seed, 'gone.ts'));
    await chmod(join(seed, 'tool.sh'), 0o755);
    await rm(join(seed, 'link'));
    await symlink('tool.sh', join(seed, 'link'));
    const change = await machine.vault.change({ base, head: await committed('All kinds') });
    expect(told(change)).toEqual([
      ['empty.ts', 'added', 0, 0, ''],
      ['gone.ts', 'deleted', 0, 3, '@@ -1,3 +0,0 @@\n-a\n-b\n-c\n'],
      ['link', 'retyped', 1, 1, '@@ -1 +0,0 @@\n-was a file\n@@ -0,0 +1 @@\n+tool.sh\n\\ No newline at end of file\n'],
      ['logo.png', 'modified', null, null, 'binary'],
      // A rename is what git stores: one file gone, one come.
      ['new-name.ts', 'added', 1, 0, '@@ -0,0 +1 @@\n+kept\n'],
      ['no-end.ts', 'added', 1, 0, '@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n'],
      ['old-name.ts', 'deleted', 0, 1, '@@ -1 +0,0 @@\n-kept\n'],
      [ODD, 'modified', 1, 1, '@@ -1,2 +1,2 @@\n one\n-two\n+2\n'],
      ['tool.sh', 'modified', 0, 0, ''],
    ]);
    expect(change.files.find(({ path }) => path === 'tool.sh')).toMatchObject({ oldMode: '100644', newMode: '100755' });
    expect(change.totals).toEqual({ files: 9, added: 4, removed: 6 });
  });

  it('names what is too long, too wide or too much without carrying it, and everything else whole', async () => {
    const before = await committed('Before the large ones');
    const many = Object.fromEntries(Array.from({ length: CHANGE_LIMITS.patches + 20 }, (_, index) => [`many/${String(index).padStart(4, '0')}.ts`, `export const n${index} = ${index};\n`]));
    await putFiles(seed, { ...many, 'a-generated.json': '1\n'.repeat(6_000), 'a-minified.js': `x${'y'.repeat(CHANGE_LIMITS.patchCharacters)}\n`, 'a-small.ts': 'small\n' });
    const change = await machine.vault.change({ base: before, head: await committed('Large') });
    const of = (path: string) => change.files.find((file) => file.path === path);
    expect(of('a-generated.json')).toMatchObject({ added: 6_000, patch: null, without: 'too_long' });
    expect(of('a-minified.js')).toMatchObject({ added: 1, patch: null, without: 'too_long' });
    expect(of('a-small.ts')?.patch).toBe('@@ -0,0 +1 @@\n+small\n');
    expect(change.totals.files).toBe(CHANGE_LIMITS.patches + 23);
    // The minified one was asked for, so it took one of the places.
    expect(change.files.filter(({ patch }) => patch !== null)).toHaveLength(CHANGE_LIMITS.patches - 1);
    expect(change.files.filter(({ without }) => without === 'over_limit')).toHaveLength(22);
  });

  it('carries no more than a million characters, the first of them', async () => {
    const before = await committed('Before the wide ones');
    await putFiles(seed, Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`wide/${String.fromCharCode(97 + index)}.txt`, `${'z'.repeat(90_000)}\n`])));
    const { files } = await machine.vault.change({ base: before, head: await committed('Wide') });
    const carried = files.filter(({ patch }) => patch !== null);
    expect(carried.reduce((sum, { patch }) => sum + (patch?.length ?? 0), 0)).toBeLessThanOrEqual(CHANGE_LIMITS.characters);
    expect(carried.map(({ path }) => path)).toEqual(files.slice(0, 11).map(({ path }) => path));
  });
});
