import { readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProcess } from '../../platform/process.js';
import { bundle } from '../../test-support/bundle.js';
import type { Bundle } from '../../test-support/bundle.js';
import type { Machine } from '../../test-support/git-fixture.js';
import { EPIC, PATH, agentGit, newId, newLane, openMachine, putFiles, shopWithEpic } from '../../test-support/git-fixture.js';
import { hastyClock } from '../../test-support/hasty-clock.js';
import type { Lane } from './lanes.types.js';

type Shop = Awaited<ReturnType<typeof shopWithEpic>>;

interface Case {
  readonly title: string;
  /** See lane-victim.ts. */
  readonly when: string;
  /** What is there before: nothing, a spare lane, one to recycle, or a lane that is over. */
  readonly before: 'nothing' | 'spare' | 'used' | 'over';
}

const CASES: readonly Case[] = [
  { title: 'a spare lane’s files are written', when: 'tend:1', before: 'nothing' },
  { title: 'a spare lane is proven', when: 'tend:3', before: 'nothing' },
  { title: 'a used lane is brought back to its commit', when: 'tend:3', before: 'used' },
  { title: 'a used lane is proven', when: 'tend:5', before: 'used' },
  { title: 'a lane is claimed', when: 'prepare:4', before: 'spare' },
  { title: 'a lane that is over is snapshotted', when: 'remove:3', before: 'over' },
];

describe('a daemon that is killed while it makes lanes ready', () => {
  let shop: Shop;
  let victim: Bundle;
  const killed = new Map<Case, { readonly home: string; readonly taskId: string; readonly signal: string | null; readonly said: string }>();
  const machineAt = (home: string) => openMachine(home, shop.remote, { spares: 1, clock: hastyClock });

  beforeAll(async () => {
    [shop, victim] = await Promise.all([shopWithEpic(), bundle('test-support/lane-victim.ts')]);
    await Promise.all(CASES.map(async (each, at) => {
      const home = join(shop.scratch.folder, `home-${at}`);
      const taskId = newId();
      const machine = await machineAt(home);
      await machine.vault.fetch([EPIC, 'main']);
      if (each.before === 'spare') await machine.lanes.tend();
      if (each.before === 'used' || each.before === 'over') await leaveUsedLane(machine, taskId, each.before === 'used');
      await machine.lanes.close();
      const { signal, stderr } = await runProcess({ command: process.execPath, args: [victim.file, home, shop.remote, taskId, each.when], cwd: '/', env: { PATH }, timeoutMs: 60_000 });
      killed.set(each, { home, taskId, signal, said: stderr.toString('utf8') });
    }));
  });
  afterAll(async () => {
    await shop.scratch.remove();
    await victim.remove();
  });

  /** A lane that an agent left in disorder, and its task is over. */
  async function leaveUsedLane(machine: Machine, taskId: string, remove: boolean): Promise<void> {
    const lane = await newLane(machine, shop.tip, taskId);
    await putFiles(lane.path, { 'node_modules/dep/index.js': 'unreviewed\n', 'src/price.ts': 'changed\n', 'src/new.ts': 'new\n' });
    await machine.lanes.settle(lane, 'landed');
    if (remove) expect(await machine.lanes.remove(lane, 'released')).toMatchObject({ ok: true });
  }

  const clean = async (machine: Machine, lane: Lane) => {
    expect(await agentGit(lane, ['status', '--porcelain', '--ignored'])).toBe('');
    expect(await agentGit(lane, ['write-tree'])).toBe(await machine.vault.treeOf(shop.tip));
    await agentGit(lane, ['fsck', '--connectivity-only']);
  };
  const drafts = async (home: string) => (await readdir(home, { recursive: true })).filter((path) => /\/drafts\/spare/.test(path));

  it.each(CASES.map((each) => [each.title, each] as const))('while %s leaves nothing half done, and nothing dirty for the next task', async (_title, each) => {
    const { home, taskId, signal, said } = killed.get(each) ?? { home: '', taskId: '', signal: null, said: 'not run' };
    expect([signal, said]).toEqual(['SIGKILL', '']);
    const machine = await machineAt(home);
    if (each.before === 'over') {
      const lane = await machine.lanes.find(taskId);
      expect(lane === null ? null : await machine.lanes.remove(lane, 'released')).toMatchObject({ ok: true });
    }
    await machine.lanes.tend();
    expect(await drafts(home)).toEqual([]);
    expect(await machine.lanes.spares()).toHaveLength(1);
    // The task that was being served, and another one: the first gets what was made ready, the second a lane from nothing.
    for (const lane of [await newLane(machine, shop.tip, taskId), await newLane(machine, shop.tip)]) await clean(machine, lane);
    await machine.lanes.close();
  });

  it('is not what a draft of a living daemon looks like', async () => {
    const machine = await machineAt(join(shop.scratch.folder, 'living'));
    await machine.vault.fetch([EPIC, 'main']);
    await machine.lanes.tend();
    const second = await machineAt(machine.home);
    const [lane] = await Promise.all([newLane(machine, shop.tip), second.lanes.tend(), second.lanes.tend()]);
    await clean(machine, lane);
    await Promise.all([machine.lanes.close(), second.lanes.close()]);
  });

  it('leaves no lock that a later run of the task fails at', async () => {
    const machine = await machineAt(join(shop.scratch.folder, 'locked'));
    await machine.vault.fetch([EPIC, 'main']);
    const lane = await newLane(machine, shop.tip);
    // What git leaves when it is killed with the daemon, as a whole machine or service is.
    const lock = async () => {
      for (const name of ['index', 'index.merging', 'index.below']) await writeFile(join(machine.vault.folder, 'lane-records', `${lane.taskId}.${name}.lock`), '');
    };
    const collect = () => machine.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-1', message: 'after the kill' });
    const prepare = () => machine.lanes.prepare({ ...lane, start: { kind: 'resume', tip: shop.tip, head: null } });
    await putFiles(lane.path, { 'src/tax.ts': 'export const tax = 0.25;\n' });
    await lock();
    expect(await collect()).toMatchObject({ ok: true, value: { changed: true } });
    await lock();
    expect(await prepare()).toMatchObject({ ok: true, value: { from: 'existing' } });
    await lock();
    expect(await machine.lanes.startRepair(lane, shop.tip)).toMatchObject({ ok: true });
    await putFiles(lane.path, { 'src/tax.ts': 'export const tax = 0.3;\n' });
    expect(await machine.lanes.checkpoint(lane, { taskKey: 'SHOP-1' })).toMatchObject({ kind: 'pushed' });
    await rename(lane.path, `${lane.path}-away`);
    await lock();
    expect(await prepare()).toMatchObject({ ok: true, value: { from: 'work_in_progress' } });
    await machine.lanes.close();
  });
});
