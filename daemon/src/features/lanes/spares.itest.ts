import { existsSync } from 'node:fs';
import { link, mkdir, readFile, readdir, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Machine } from '../../test-support/git-fixture.js';
import { EPIC, SHOP_FILES, agentGit, newId, newLane, openMachine, putFiles, shopWithEpic, userGit } from '../../test-support/git-fixture.js';
import { hastyClock } from '../../test-support/hasty-clock.js';
import type { Lane } from './lanes.types.js';

type Shop = Awaited<ReturnType<typeof shopWithEpic>>;

describe('spare lanes', () => {
  let shop: Shop;
  let machine: Machine;
  let serial = 0;
  beforeAll(async () => {
    shop = await shopWithEpic({ ...SHOP_FILES, 'src/deep/er.ts': 'deep\n' });
  });
  afterAll(() => shop.scratch.remove());
  beforeEach(async () => {
    machine = await openMachine(join(shop.scratch.folder, `home-${(serial += 1)}`), shop.remote, { spares: 1, clock: hastyClock });
    await machine.vault.fetch([EPIC, 'main']);
  });
  afterEach(() => machine.lanes.close());

  const spareFolder = async () => join((await machine.lanes.spares())[0]?.path ?? 'none', 'files');
  const inodeOf = async (path: string) => String((await stat(path, { bigint: true })).ino);
  const clean = async (lane: Lane) => {
    expect(await agentGit(lane, ['status', '--porcelain', '--ignored'])).toBe('');
    expect(await agentGit(lane, ['write-tree'])).toBe(await machine.vault.treeOf(lane.head));
    expect(await agentGit(lane, ['symbolic-ref', '--short', 'HEAD'])).toBe(lane.branch);
    await agentGit(lane, ['fsck', '--connectivity-only']);
  };
  const finish = async (lane: Lane) => {
    await machine.lanes.settle(lane, 'landed');
    const removed = await machine.lanes.remove(lane, 'released');
    if (!removed.ok) throw new Error(removed.refusal.sentence);
  };

  it('are the very folder that the next task gets, and are made again afterwards', async () => {
    await machine.lanes.tend();
    const inode = await inodeOf(await spareFolder());
    const lane = await newLane(machine, shop.tip);
    expect(lane.inode).toBe(inode);
    await clean(lane);
    expect(await machine.lanes.spares()).toEqual([]);
    await machine.lanes.tend();
    expect(await machine.lanes.spares()).toHaveLength(1);
    await machine.lanes.tend();
    expect(await machine.lanes.spares()).toHaveLength(1);
  });

  it('are brought to the commit that a task begins at, and to the newest tip meanwhile', async () => {
    await machine.lanes.tend();
    const inode = await inodeOf(await spareFolder());
    await putFiles(shop.seed, { 'src/tax.ts': 'export const tax = 0.25;\n', 'src/deep/newer.ts': 'newer\n' });
    await userGit(shop.seed, ['rm', '-q', 'src/cart.ts']);
    await userGit(shop.seed, ['add', '-A']);
    await userGit(shop.seed, ['commit', '-q', '-m', 'Newer']);
    const newer = await userGit(shop.seed, ['rev-parse', 'HEAD']);
    await userGit(shop.seed, ['push', '-q', shop.remote, 'HEAD:refs/heads/newer']);
    await machine.vault.fetch(['newer']);
    const lane = await newLane(machine, newer);
    expect(lane).toMatchObject({ inode, head: newer });
    await clean(lane);

    // The next one is made at the tip of the branch that was worked for last, and follows it.
    const upstream = (name: string) => machine.lanes.prepare({ taskId: newId(), branch: `task/${name}`, upstream: 'newer', identity: lane.identity, start: { kind: 'epic', tip: newer } });
    await upstream('SHOP-2');
    await machine.lanes.tend();
    expect(await readFile(join(await spareFolder(), 'src/tax.ts'), 'utf8')).toContain('0.25');
  });

  it('are recycled from a lane that is over, without anything that its agent left', async () => {
    const outside = join(shop.scratch.folder, 'outside');
    await mkdir(outside, { recursive: true });
    await writeFile(join(outside, 'keep.ts'), 'keep\n');
    const lane = await newLane(machine, shop.tip);
    const ran = join(shop.scratch.folder, 'ran');
    await putFiles(lane.path, {
      'node_modules/dep/index.js': 'unreviewed\n',
      'debug.log': 'ignored\n',
      'src/price.ts': 'changed\n',
      // In no status: git does not look into a repository, and reset and clean leave it alone.
      'src/.git/HEAD': 'ref: refs/heads/main\n',
      'src/.git/config': `[core]\n\tfsmonitor = touch ${ran}\n`,
    });
    await mkdir(join(lane.path, 'src/.git/objects'), { recursive: true });
    await mkdir(join(lane.path, 'src/.git/refs'), { recursive: true });
    await mkdir(join(lane.path, 'empty/folder'), { recursive: true });
    await rm(join(lane.path, 'src/deep'), { recursive: true });
    await symlink(outside, join(lane.path, 'src/deep'));
    await rm(join(lane.path, 'README.md'));
    await link(join(outside, 'keep.ts'), join(lane.path, 'README.md'));
    // What is nested is in no snapshot, so such a lane is kept whole and not used again.
    await finish(lane);
    await machine.lanes.tend();
    const first = await newLane(machine, shop.tip);
    expect(first.inode).not.toBe(lane.inode);

    await putFiles(first.path, { 'node_modules/dep/index.js': 'unreviewed\n', 'debug.log': 'ignored\n', 'src/price.ts': 'changed\n' });
    await mkdir(join(first.path, 'empty/folder'), { recursive: true });
    await rm(join(first.path, 'src/deep'), { recursive: true });
    await symlink(outside, join(first.path, 'src/deep'));
    await rm(join(first.path, 'README.md'));
    await link(join(outside, 'keep.ts'), join(first.path, 'README.md'));
    await finish(first);
    await machine.lanes.tend();
    const second = await newLane(machine, shop.tip);
    expect(second.inode).toBe(first.inode);
    await clean(second);
    expect(await readdir(second.path)).toEqual(['.git', '.gitignore', 'README.md', 'src']);
    expect(await readFile(join(second.path, 'README.md'), 'utf8')).toBe('# Shop\n');
    expect(await readdir(outside)).toEqual(['keep.ts']);
    expect(await readFile(join(outside, 'keep.ts'), 'utf8')).toBe('keep\n');
    expect(existsSync(ran)).toBe(false);
  });

  const planted: readonly (readonly [string, (files: string) => Promise<unknown>])[] = [
    ['a repository in a tracked folder', (files) => putFiles(files, { 'src/.git/HEAD': 'ref: refs/heads/main\n' })],
    ['an ignored file', (files) => putFiles(files, { 'node_modules/x.js': 'x\n' })],
    ['an empty folder', (files) => mkdir(join(files, 'empty'))],
    ['a changed file', (files) => writeFile(join(files, 'src/tax.ts'), 'export const tax = 0.99;\n')],
    ['a file of the same size and age', async (files) => { const path = join(files, 'src/tax.ts'); const { atime, mtime } = await stat(path); await writeFile(path, 'export const tax = 0.99;\n'); await utimes(path, atime, mtime); }],
    ['another index', async (files) => { await writeFile(join(files, 'src/tax.ts'), 'export const tax = 0.99;\n'); await userGit(machine.vault.gitDir, ['--git-dir=.', '-c', 'core.bare=false', `--work-tree=${files}`, 'add', '-A'], { env: { GIT_INDEX_FILE: join(files, '../index') } }); }],
    ['a missing file', (files) => rm(join(files, 'src/tax.ts'))],
    ['a second name for a file', (files) => link(join(files, 'src/tax.ts'), join(shop.scratch.folder, newId()))],
    ['a link in place of a folder', async (files) => { await rename(join(files, 'src'), `${files}-src`); await symlink(`${files}-src`, join(files, 'src')); }],
    ['a link in place of the whole folder', async (files) => { await rename(files, `${files}-elsewhere`); await symlink(`${files}-elsewhere`, files); }],
  ];

  it('are not given to a task when they hold anything else, whoever put it there', async () => {
    for (const [what, plant] of planted) {
      await machine.lanes.tend();
      const files = await spareFolder();
      const inode = await inodeOf(files);
      await plant(files);
      const lane = await newLane(machine, shop.tip);
      expect(lane.inode, what).not.toBe(inode);
      await clean(lane);
      expect(await machine.lanes.spares(), what).toEqual([]);
    }
  }, 120_000);

  it('are proven anew by a daemon that did not prove them itself', async () => {
    await machine.lanes.tend();
    const inode = await inodeOf(await spareFolder());
    const next = await openMachine(machine.home, shop.remote, { spares: 1, clock: hastyClock });
    const lane = await newLane(next, shop.tip);
    expect(lane.inode).toBe(inode);
    await clean(lane);

    await machine.lanes.tend();
    await writeFile(join(await spareFolder(), 'src/tax.ts'), 'export const tax = 0.99;\n');
    await next.lanes.tend();
    await clean(await newLane(next, shop.tip));
    await next.lanes.close();
  });

  it('serve as many tasks as there are, each once, and the others get a lane from nothing', async () => {
    const pool = await openMachine(machine.home, shop.remote, { spares: 3, clock: hastyClock });
    await pool.lanes.tend();
    const spare = new Set(await Promise.all((await pool.lanes.spares()).map(({ path }) => inodeOf(join(path, 'files')))));
    expect(spare.size).toBe(3);
    const lanes = await Promise.all(Array.from({ length: 8 }, () => newLane(pool, shop.tip)));
    for (const lane of lanes) await clean(lane);
    const inodes = lanes.map(({ inode }) => inode);
    expect(new Set(inodes).size).toBe(8);
    expect(inodes.filter((inode) => spare.has(inode))).toHaveLength(3);
    await pool.lanes.close();
  });
});
