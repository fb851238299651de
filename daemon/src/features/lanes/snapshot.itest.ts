import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProcess } from '../../platform/process.js';
import { EPIC, PATH, SHOP_FILES, agentGit, newId, newLane, openMachine, putFiles, shopWithEpic, userGit } from '../../test-support/git-fixture.js';
import type { Snapshot } from './lanes.types.js';

type Shop = Awaited<ReturnType<typeof shopWithEpic>>;

/** Content that a shell, an encoding or a filter would alter. */
const ODD: Readonly<Record<string, Uint8Array>> = {
  'all-bytes.bin': Uint8Array.from({ length: 256 }, (_, index) => index),
  'crlf.txt': Buffer.from('one\r\ntwo\r\n'),
  'ident.txt': Buffer.from('$Id: as it was $\n'),
  'no-end': Buffer.from('no line end'),
  empty: new Uint8Array(0),
  'large.bin': new Uint8Array(3_000_000).fill(7),
  'name\nwith "line end" and \u001b': Buffer.from('odd name\n'),
};

describe('a snapshot', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await shopWithEpic({ ...SHOP_FILES, '.gitattributes': '*.txt text eol=lf ident\n' });
  });
  afterAll(() => shop.scratch.remove());

  const blob = async (snapshot: Snapshot, path: string): Promise<Buffer> => {
    const result = await runProcess({ command: 'git', args: ['cat-file', 'blob', `${snapshot.commit}:${path}`], cwd: shop.vault.gitDir, env: { PATH, GIT_DIR: shop.vault.gitDir } });
    if (result.code !== 0) throw new Error(`${path}: ${result.stderr.toString('utf8')}`);
    return result.stdout;
  };

  it('is the folder byte for byte, with nested repositories, links, modes and removals', async () => {
    const lane = await newLane(shop, shop.tip);
    await putFiles(lane.path, ODD);
    await putFiles(lane.path, { 'tool.sh': '#!/bin/sh\n', 'vendor/lib/a.c': 'int a;\n', 'vendor/lib/deep/b.c': 'int b;\n', 'README.md': 'changed\r\n', 'debug.log': 'ignored\n' });
    await chmod(join(lane.path, 'tool.sh'), 0o755);
    await symlink('../outside/\u00fc', join(lane.path, 'link'));
    await rm(join(lane.path, 'src/tax.ts'));
    await rm(join(lane.path, 'src/cart.ts'));
    await putFiles(lane.path, { 'src/cart.ts/inside.ts': 'was a file\n' });
    await writeFile(Buffer.concat([Buffer.from(`${lane.path}/latin-`), Buffer.from([0xe9])]), 'not UTF-8');
    const nested = { path: join(lane.path, 'vendor/lib') };
    await agentGit(nested, ['init', '-q']);
    await agentGit(nested, ['add', 'a.c']);
    await agentGit(nested, ['commit', '-q', '-m', 'nested']);
    await agentGit({ path: join(lane.path, 'vendor') }, ['init', '-q', 'new']);

    const taken = await shop.lanes.snapshot(lane, 'before-test');
    if (!taken.ok) throw new Error(taken.refusal.sentence);
    const snapshot = taken.value;
    expect(snapshot.ref).toMatch(new RegExp(`^refs/maestro/snapshots/${lane.taskId}/\\d{8}T\\d{9}Z-before-test-[0-9a-f]{4}/files$`));
    for (const [path, content] of Object.entries(ODD)) expect((await blob(snapshot, path)).equals(Buffer.from(content)), path).toBe(true);
    expect((await blob(snapshot, 'README.md')).toString()).toBe('changed\r\n');
    expect((await blob(snapshot, 'vendor/lib/deep/b.c')).toString()).toBe('int b;\n');
    const listing = await userGit(shop.vault.gitDir, ['--git-dir=.', 'ls-tree', '-r', '--format=%(objectmode) %(path)', snapshot.commit]);
    expect(listing.split('\n')).toEqual(expect.arrayContaining(['100755 tool.sh', '120000 link', '100644 src/cart.ts/inside.ts', '100644 "latin-\\351"', '100644 src/price.ts']));
    expect(listing).not.toContain('src/tax.ts');
    expect(listing).not.toContain('debug.log');
    expect(snapshot.ignored).toEqual(['debug.log']);
    expect(snapshot.skipped).toEqual([]);
  });

  it('keeps the branches, the stash and the detached head of the lane', async () => {
    const lane = await newLane(shop, shop.tip);
    await putFiles(lane.path, { 'src/price.ts': 'stashed\n' });
    await agentGit(lane, ['stash', '-q']);
    await agentGit(lane, ['checkout', '-q', '-b', 'experiment']);
    await putFiles(lane.path, { 'src/price.ts': 'experiment\n' });
    await agentGit(lane, ['commit', '-q', '-a', '-m', 'experiment']);
    await agentGit(lane, ['checkout', '-q', '--detach']);
    await agentGit(lane, ['commit', '-q', '--allow-empty', '-m', 'detached']);
    const taken = await shop.lanes.snapshot(lane, 'x');
    if (!taken.ok) throw new Error(taken.refusal.sentence);
    const prefix = taken.value.ref.replace(/\/files$/, '');
    expect([...taken.value.savedRefs].sort()).toEqual([`${prefix}/HEAD`, `${prefix}/heads/experiment`, `${prefix}/heads/${lane.branch}`, `${prefix}/stash`]);
    expect(await userGit(shop.vault.gitDir, ['--git-dir=.', 'log', '-1', '--format=%s', `${prefix}/HEAD`])).toBe('detached');
    expect(await userGit(shop.vault.gitDir, ['--git-dir=.', 'show', `${prefix}/stash:src/price.ts`])).toBe('stashed');
  });

  it('is taken before a lane is removed; the agent\'s repository is kept in the trash until its time is over', async () => {
    const lane = await newLane(shop, shop.tip);
    await putFiles(lane.path, { 'src/unfinished.ts': 'unfinished\n' });
    const removed = await shop.lanes.remove(lane, 'cleanup');
    if (!removed.ok || removed.value.snapshot === null || removed.value.trash === null) throw new Error(JSON.stringify(removed));
    expect(existsSync(lane.path)).toBe(false);
    expect((await blob(removed.value.snapshot, 'src/unfinished.ts')).toString()).toBe('unfinished\n');
    expect(await readFile(join(removed.value.trash, 'HEAD'), 'utf8')).toBe(`ref: refs/heads/${lane.branch}\n`);
    expect((await shop.lanes.find(lane.taskId))?.state).toBe('removed');
    expect(await shop.lanes.remove(lane, 'again')).toMatchObject({ ok: true, value: { snapshot: null } });
    await shop.lanes.sweep({ liveRuns: [], retentionMs: 60_000 });
    expect(existsSync(removed.value.trash)).toBe(true);
    await shop.lanes.sweep({ liveRuns: [], retentionMs: -1 });
    expect(existsSync(removed.value.trash)).toBe(false);
  });

  it('takes the work in progress of landed work off the remote, and leaves that of work given up', async () => {
    const wipOnRemote = (taskId: string) => userGit(shop.remote, ['--git-dir=.', 'for-each-ref', '--format=%(refname)', `refs/maestro/wip/${taskId}`]);
    for (const how of ['landed', 'abandoned'] as const) {
      const lane = await newLane(shop, shop.tip);
      await putFiles(lane.path, { 'src/wip.ts': `${how}\n` });
      expect(await shop.lanes.checkpoint(lane, { taskKey: 'SHOP-1' })).toMatchObject({ kind: 'pushed' });
      await shop.lanes.settle(lane, how);
      expect(await shop.lanes.remove(lane, 'cleanup')).toMatchObject({ ok: true });
      expect(await wipOnRemote(lane.taskId)).toBe(how === 'landed' ? '' : `refs/maestro/wip/${lane.taskId}`);
    }
  });

  it('moves the whole folder to the trash when it could not store everything', async () => {
    const lane = await newLane(shop, shop.tip);
    const made = await runProcess({ command: 'mkfifo', args: [join(lane.path, 'pipe')], cwd: '/', env: { PATH } });
    expect(made.code).toBe(0);
    await putFiles(lane.path, { 'src/x.ts': 'x\n' });
    const removed = await shop.lanes.remove(lane, 'cleanup');
    if (!removed.ok || removed.value.trash === null) throw new Error(JSON.stringify(removed));
    expect(removed.value.snapshot?.skipped).toEqual(['pipe']);
    expect((await readdir(removed.value.trash)).sort()).toEqual(expect.arrayContaining(['.git', 'pipe', 'src']));
  });

  it('does not wait for a pipe in place of an attributes file: the folder goes to the trash', async () => {
    const impatient = await openMachine(join(shop.scratch.folder, 'impatient'), shop.remote, { policy: { timeoutMs: 1_000 } });
    await impatient.vault.fetch([EPIC]);
    const lane = await newLane(impatient, shop.tip);
    await rm(join(lane.path, '.gitattributes'));
    await runProcess({ command: 'mkfifo', args: [join(lane.path, '.gitattributes')], cwd: '/', env: { PATH } });
    const removed = await impatient.lanes.remove(lane, 'cleanup');
    if (!removed.ok || removed.value.trash === null) throw new Error(JSON.stringify(removed));
    expect(await readdir(removed.value.trash)).toContain('.gitattributes');
    expect(existsSync(lane.path)).toBe(false);
  });

  it('clears away checkouts of runs that are over, and scratch folders of a daemon that was killed', async () => {
    const [live, over] = [newId(), newId()];
    for (const runId of [live, over]) expect(await shop.lanes.reviewCheckout({ runId, head: shop.tip })).toMatchObject({ ok: true });
    const scratch = join(shop.vault.folder, 'quarantine/left.git');
    await mkdir(scratch, { recursive: true });
    await utimes(scratch, new Date(Date.now() - 7_200_000), new Date(Date.now() - 7_200_000));
    await shop.lanes.sweep({ liveRuns: [live], retentionMs: 60_000 });
    expect(await readdir(join(shop.vault.folder, 'checkouts'))).toEqual([live]);
    expect(existsSync(scratch)).toBe(false);
  });
});
