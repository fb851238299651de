import { chmod, lstat, mkdir, readFile, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Scratch } from '../../test-support/git-fixture.js';
import { putFiles, scratchFolder } from '../../test-support/git-fixture.js';
import { SetupCache } from './setup-cache.js';

describe('what a setup hook made', () => {
  let scratch: Scratch;
  let cache: SetupCache;
  beforeEach(async () => {
    scratch = await scratchFolder();
    cache = new SetupCache(join(scratch.folder, 'vault'));
  });
  afterEach(() => scratch.remove());

  async function lane(name: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
    const path = join(scratch.folder, name);
    await putFiles(path, { '.maestro/setup': '#!/bin/sh\nnpm ci\n', '.maestro/setup.toml': 'lockfiles = ["lock.json"]\nfolders = ["node_modules"]\n', 'lock.json': '{"a":1}', ...files });
    await chmod(join(path, '.maestro/setup'), 0o755);
    return path;
  }
  const keyOf = async (path: string) => {
    const key = await cache.keyOf(path);
    if (key === undefined) throw new Error('no key');
    return key;
  };

  it('is copied into the next lane with the same lockfile, as it was', async () => {
    const first = await lane('first', { 'node_modules/dep/cli.js': '#!/usr/bin/env node\n' });
    await chmod(join(first, 'node_modules/dep/cli.js'), 0o755);
    await mkdir(join(first, 'node_modules/.bin'));
    await symlink('../dep/cli.js', join(first, 'node_modules/.bin/dep'));
    const key = await keyOf(first);
    await cache.store(key, first);
    const next = await lane('next');
    expect(await keyOf(next)).toEqual(key);
    expect(await cache.restore(key, next)).toBe(true);
    expect(await readlink(join(next, 'node_modules/.bin/dep'))).toBe('../dep/cli.js');
    expect((await lstat(join(next, 'node_modules/dep/cli.js'))).mode & 0o777).toBe(0o755);
    // A copy: what is done to one lane is done to no other.
    await writeFile(join(next, 'node_modules/dep/cli.js'), 'altered\n');
    const third = await lane('third');
    expect(await cache.restore(key, third)).toBe(true);
    expect(await readFile(join(third, 'node_modules/dep/cli.js'), 'utf8')).toBe('#!/usr/bin/env node\n');
    // What is there already is not written over.
    expect(await cache.restore(key, third)).toBe(false);
  });

  it('is that of another lockfile, hook or declaration for nobody', async () => {
    const { id } = await keyOf(await lane('base'));
    for (const [name, files] of Object.entries({ lockfile: { 'lock.json': '{"a":2}' }, hook: { '.maestro/setup': '#!/bin/sh\nnpm install\n' }, declaration: { '.maestro/setup.toml': 'lockfiles = ["lock.json"]\nfolders = ["node_modules", "build"]\n' } })) {
      expect((await keyOf(await lane(name, files))).id, name).not.toBe(id);
    }
  });

  it('is not kept without a word of the repository, a hook, the lockfile or the folder', async () => {
    const silent = await lane('silent');
    await rm(join(silent, '.maestro/setup.toml'));
    expect(await cache.keyOf(silent)).toBeUndefined();
    const without = await lane('without');
    await chmod(join(without, '.maestro/setup'), 0o644);
    expect(await cache.keyOf(without)).toBeUndefined();
    const unlocked = await lane('unlocked');
    await rm(join(unlocked, 'lock.json'));
    await symlink('/etc/passwd', join(unlocked, 'lock.json'));
    expect(await cache.keyOf(unlocked)).toBeUndefined();
    const empty = await lane('empty');
    const key = await keyOf(empty);
    await cache.store(key, empty);
    await symlink(scratch.folder, join(empty, 'node_modules'));
    await cache.store(key, empty);
    expect(await cache.list()).toEqual([]);
    expect(await cache.restore(key, await lane('next'))).toBe(false);
    expect(await readdir(join(scratch.folder, 'vault/drafts'))).toEqual([]);
  });

  it('is kept for the latest few states, and can be removed', async () => {
    for (let state = 0; state < 6; state += 1) {
      const each = await lane(`state-${state}`, { 'lock.json': String(state), 'node_modules/x': String(state) });
      await cache.store(await keyOf(each), each);
    }
    const kept = await cache.list();
    expect(kept).toHaveLength(4);
    for (const { path } of kept) await cache.remove(path);
    expect(await cache.list()).toEqual([]);
    await expect(cache.remove(scratch.folder)).rejects.toThrow('setup_cache');
  });
});
