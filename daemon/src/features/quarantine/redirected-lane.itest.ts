import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GitSandbox } from '../../platform/git-sandbox.js';
import { runProcess } from '../../platform/process.js';
import type { Lane } from '../lanes/index.js';
import { PATH, agentGit, newId, newLane, openMachine, putFiles, shopWithEpic, userGit } from '../../test-support/git-fixture.js';
import { Quarantine } from './quarantine.js';
import { DEFAULT_IMPORT_POLICY } from './quarantine.types.js';

type Shop = Awaited<ReturnType<typeof shopWithEpic>>;

const hasSandbox = (await GitSandbox.find({ path: PATH, cwd: '/' })) !== null;

describe('a lane that points somewhere else', () => {
  let shop: Shop;
  /** Somebody else's repository on the same machine, which the daemon can read and the agent is not to. */
  let secretRepository: string;
  let secretCommit: string;
  beforeAll(async () => {
    shop = await shopWithEpic();
    secretRepository = join(shop.scratch.folder, 'private');
    await userGit(shop.scratch.folder, ['clone', '-q', shop.remote, secretRepository]);
    await putFiles(secretRepository, { 'secret.txt': 'the private content\n' });
    await userGit(secretRepository, ['add', '-A']);
    await userGit(secretRepository, ['commit', '-q', '-m', 'private']);
    secretCommit = await userGit(secretRepository, ['rev-parse', 'HEAD']);
  });
  afterAll(() => shop.scratch.remove());

  const plants: readonly (readonly [string, (lane: Lane) => Promise<void>])[] = [
    [
      'by a .git file',
      async (lane) => {
        await rm(join(lane.path, '.git'), { recursive: true });
        await userGit(secretRepository, ['branch', '-f', lane.branch]);
        await writeFile(join(lane.path, '.git'), `gitdir: ${secretRepository}/.git\n`);
      },
    ],
    [
      'by a link in place of .git',
      async (lane) => {
        await rm(join(lane.path, '.git'), { recursive: true });
        await userGit(secretRepository, ['branch', '-f', lane.branch]);
        await symlink(join(secretRepository, '.git'), join(lane.path, '.git'));
      },
    ],
    [
      'by commondir',
      async (lane) => {
        await userGit(secretRepository, ['branch', '-f', lane.branch]);
        await writeFile(join(lane.path, '.git/commondir'), `${secretRepository}/.git\n`);
      },
    ],
    [
      'by one more line of alternates',
      async (lane) => {
        await writeFile(join(lane.path, '.git/objects/info/alternates'), `${shop.vault.gitDir}/objects\n${secretRepository}/.git/objects\n`);
        await writeFile(join(lane.path, `.git/refs/heads/${lane.branch}`), `${secretCommit}\n`);
      },
    ],
    [
      'by linked objects',
      async (lane) => {
        for (const folder of await readdir(join(secretRepository, '.git/objects'))) {
          if (folder.length !== 2) continue;
          await mkdir(join(lane.path, '.git/objects', folder), { recursive: true });
          for (const name of await readdir(join(secretRepository, '.git/objects', folder))) {
            await symlink(join(secretRepository, '.git/objects', folder, name), join(lane.path, '.git/objects', folder, name)).catch(() => undefined);
          }
        }
        await writeFile(join(lane.path, `.git/refs/heads/${lane.branch}`), `${secretCommit}\n`);
      },
    ],
    [
      'by a linked folder of objects',
      async (lane) => {
        await rm(join(lane.path, '.git/objects'), { recursive: true });
        await symlink(join(secretRepository, '.git/objects'), join(lane.path, '.git/objects'));
        await writeFile(join(lane.path, `.git/refs/heads/${lane.branch}`), `${secretCommit}\n`);
      },
    ],
  ];

  it.each(plants)('is refused when it does so %s', async (_name, plant) => {
    const lane = await newLane(shop, shop.tip);
    await plant(lane);
    // The attack is real: git itself serves the private commit from this lane.
    expect(await agentGit(lane, ['cat-file', '-p', `${secretCommit}:secret.txt`])).toBe('the private content');
    const collected = await shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-1', message: 'x' });
    expect(collected).toMatchObject({ ok: false, refusal: { code: 'lane_redirected' } });
    expect(await shop.vault.hasCommit(secretCommit)).toBe(false);
    expect(await shop.lanes.checkpoint(lane, { taskKey: 'SHOP-1' })).toMatchObject({ kind: 'skipped' });
    expect(await shop.lanes.snapshot(lane, 'test')).toMatchObject({ ok: true, value: { savedRefs: [] } });
    expect(await shop.vault.hasCommit(secretCommit)).toBe(false);
  });

  // The checks above look first; the sandbox is what holds when a way around them is found, so it is tried without them.
  it.runIf(hasSandbox).each(plants.slice(0, 4))('finds nothing there inside the sandbox, when it does so %s', async (_name, plant) => {
    const lane = await newLane(shop, shop.tip);
    await plant(lane);
    const sandbox = await GitSandbox.find({ path: PATH, cwd: '/' });
    const fetch = (uploadPack: string, into: string) =>
      userGit(into, ['--git-dir=.', 'fetch', '-q', `--upload-pack=${uploadPack}`, '--', join(lane.path, '.git'), `+refs/heads/${lane.branch}:refs/in`], { mayFail: true });
    const target = join(shop.scratch.folder, `target-${lane.taskId}`);
    await userGit(shop.scratch.folder, ['init', '-q', '--bare', target]);
    await fetch(sandbox?.uploadPack([lane.path, join(shop.vault.gitDir, 'objects')]) ?? '', target);
    expect(await userGit(target, ['--git-dir=.', 'cat-file', '-t', secretCommit], { mayFail: true })).toBe('');
    await fetch('git upload-pack --strict', target);
    expect(await userGit(target, ['--git-dir=.', 'cat-file', '-t', secretCommit])).toBe('commit');
  });

  it('is not waited for when a pipe stands in place of a file', async () => {
    for (const name of ['config', 'HEAD', 'packed-refs', 'objects/info/alternates']) {
      const lane = await newLane(shop, shop.tip);
      await rm(join(lane.path, '.git', name), { force: true });
      await pipeAt(join(lane.path, '.git', name));
      expect(await shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-2', message: 'x' })).toMatchObject({ ok: false, refusal: { code: 'lane_redirected' } });
    }
  });

  it('is given up, with all its processes, when its configuration includes a pipe', async () => {
    const machine = await openMachine(join(shop.scratch.folder, 'impatient'), shop.remote, { policy: { timeoutMs: 1_500 } });
    await machine.vault.fetch(['epic/shop-x1y2z3']);
    const lane = await newLane(machine, shop.tip);
    // Inside of the lane, where the sandbox sees it too.
    const pipe = join(lane.path, '.git/included');
    await pipeAt(pipe);
    await writeFile(join(lane.path, '.git/config'), `[include]\n\tpath = ${pipe}\n`);
    expect(await machine.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-3', message: 'x' })).toMatchObject({ ok: false, refusal: { code: 'git_timeout' } });
    const left = await runProcess({ command: 'ps', args: ['-A', '-ww', '-o', 'args='], cwd: '/', env: { PATH } });
    expect(left.stdout.toString('utf8')).not.toContain(lane.path);
    expect(await readdir(join(machine.vault.folder, 'quarantine'))).toEqual([]);
  });

  it('is not written or deleted through when the folder became a link', async () => {
    const outside = join(shop.scratch.folder, 'outside');
    await putFiles(outside, { 'src/cart.ts': 'somebody\'s own\n', 'precious.txt': 'precious\n' });
    const lane = await newLane(shop, shop.tip);
    await rename(lane.path, `${lane.path}.away`);
    await symlink(outside, lane.path);
    const refused = { ok: false, refusal: { code: 'lane_moved' } };
    expect(await shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-4', message: 'x' })).toMatchObject(refused);
    expect(await shop.lanes.startRepair(lane, shop.tip)).toMatchObject(refused);
    expect(await shop.lanes.snapshot(lane, 'test')).toMatchObject(refused);
    expect(await shop.lanes.remove(lane, 'test')).toMatchObject(refused);
    expect((await readdir(outside)).sort()).toEqual(['precious.txt', 'src']);
    const again = await newLane(shop, shop.tip, lane.taskId);
    expect(again.inode).not.toBe(lane.inode);
    expect(await agentGit(again, ['status', '--porcelain'])).toBe('');
    expect((await readdir(outside)).sort()).toEqual(['precious.txt', 'src']);
  });

  it('leaves nothing in the vault when it is refused, and no quarantine behind', async () => {
    const lane = await newLane(shop, shop.tip);
    await putFiles(lane.path, { 'esc\u001b[2J.txt': 'x\n' });
    await agentGit(lane, ['add', '-A']);
    await agentGit(lane, ['commit', '-q', '-m', 'bad name']);
    const head = await agentGit(lane, ['rev-parse', 'HEAD']);
    expect(await shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-5', message: 'x' })).toMatchObject({ ok: false, refusal: { code: 'forbidden_path' } });
    expect(await shop.vault.hasCommit(head)).toBe(false);
    expect(await readdir(join(shop.vault.folder, 'quarantine'))).toEqual([]);
    const quarantine = await Quarantine.open(shop.vault, [shop.tip], DEFAULT_IMPORT_POLICY);
    expect(await quarantine.receive(lane.path, lane.branch, null)).toEqual({ ok: true, value: head });
    await quarantine.dispose();
  });
});

async function pipeAt(path: string): Promise<void> {
  const made = await runProcess({ command: 'mkfifo', args: [path], cwd: '/', env: { PATH } });
  if (made.code !== 0) throw new Error(made.stderr.toString('utf8'));
}
