import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { homePaths } from '../../config/home.js';
import { systemClock } from '../../platform/clock.js';
import type { Clock } from '../../platform/clock.js';
import { AGENT, EPIC, agentGit, newId, openMachine, putFiles, shopWithEpic, userGit } from '../../test-support/git-fixture.js';
import type { Lane } from '../lanes/index.js';
import { Disk } from './disk.js';
import { protectionOf } from './domain/eviction.js';

const DAY_MS = 24 * 60 * 60_000;
const MB = 1024 ** 2;

describe('room for git', () => {
  let shop: Awaited<ReturnType<typeof shopWithEpic>>;
  let clock: Clock;
  let disk: Disk;
  beforeAll(async () => {
    shop = await shopWithEpic();
    // What lanes do in the background would be one more who comes to the vault.
    await shop.lanes.close();
    // A month from now: nothing was used a short while ago.
    clock = { ...systemClock(), now: () => Date.now() + 30 * DAY_MS };
    disk = new Disk({ paths: homePaths(shop.home), clock, places: () => Promise.resolve([shop]) });
  });
  afterAll(() => shop.scratch.remove());

  const lane = async (taskId: string): Promise<Lane> => {
    const prepared = await shop.lanes.prepare({ taskId, branch: `task/${taskId.slice(-4)}`, upstream: EPIC, identity: AGENT, start: { kind: 'epic', tip: shop.tip } });
    if (!prepared.ok) throw new Error(prepared.refusal.sentence);
    return prepared.value.lane;
  };
  /** Snapshots stay, what would keep the vault from being pruned goes. */
  const remove = async (taskId: string, why: string) => {
    expect(await shop.lanes.remove(await lane(taskId), why)).toMatchObject({ ok: true });
    for (const { path } of await shop.lanes.trash()) await shop.lanes.discard(path);
  };
  /** Bytes that no packing makes less. */
  const noise = async (size: number) => Buffer.from(await crypto.subtle.exportKey('raw', await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256', length: size * 8 }, true, ['sign'])));
  const said = async () => new Map((await disk.survey()).map((holding) => [holding.kind === 'snapshot' ? holding.id : holding.kind, protectionOf(holding, clock.now())]));
  const snapshotOf = async (taskId: string) => (await shop.lanes.snapshots(taskId)).map(({ ref }) => ref);

  it('removes snapshots whose content the remote has, and others only when a person says so, and the newest of open work never', async () => {
    const [saved, unsaved] = [newId(), newId()];
    for (const taskId of [saved, unsaved]) {
      const { path } = await lane(taskId);
      await putFiles(path, { 'src/work.bin': await noise(MB) });
      if (taskId === saved) expect(await shop.lanes.checkpoint(await lane(taskId), { taskKey: 'SHOP-1' })).toMatchObject({ kind: 'pushed' });
      expect(await shop.lanes.snapshot(await lane(taskId), 'first')).toMatchObject({ ok: true });
      if (taskId === unsaved) await putFiles(path, { 'src/work.bin': 'smaller\n' });
      if (taskId === unsaved) expect(new Set([...(await said())].flatMap(([id, why]) => (id.startsWith('refs/') || id === 'vault' ? [why] : [])))).toEqual(new Set(['borrowed']));
      await remove(taskId, 'cleaned');
    }
    const [newSaved = '', oldSaved = ''] = await snapshotOf(saved);
    const [newUnsaved = '', oldUnsaved = ''] = await snapshotOf(unsaved);
    const before = await said();
    expect([newSaved, oldSaved, newUnsaved, oldUnsaved].map((ref) => before.get(ref))).toEqual(['newest', undefined, 'newest', 'unpushed']);
    expect((await disk.free(1)).removed.map(({ id }) => id)).toEqual([oldSaved]);
    expect((await disk.free(1, { snapshotsBefore: clock.now() })).removed.map(({ id }) => id)).toEqual([oldUnsaved]);
    expect(await snapshotOf(unsaved)).toEqual([newUnsaved]);
    // A day later for us; by git's clock all of it was written a moment ago.
    expect(await shop.vault.prune({ now: clock.now() + 2 * DAY_MS, force: true, graceMs: 0, neededBy: () => shop.lanes.borrowers(), roots: () => Promise.resolve([]) })).toMatchObject({ kind: 'pruned', freed: expect.toSatisfy((freed: number) => freed > 0.9 * MB) as number });
  });

  it('removes the vault of a project that is not used, when the remote itself says that it has everything', async () => {
    const task = newId();
    const work = await lane(task);
    await putFiles(work.path, { 'src/new.ts': 'new\n' });
    await agentGit(work, ['add', '-A']);
    await agentGit(work, ['commit', '-q', '-m', 'Work']);
    expect(await shop.lanes.collect(work, { runId: newId(), taskKey: 'SHOP-1', message: 'work' })).toMatchObject({ ok: true });
    await remove(task, 'released');
    await shop.lanes.sweep({ liveRuns: [], retentionMs: 0 });
    expect((await said()).get('vault')).toBe('unpushed');
    const { head } = (await shop.lanes.find(task)) ?? { head: '' };
    expect(await shop.vault.push({ commit: head, branch: 'task/kept', expected: null })).toEqual({ kind: 'pushed' });
    const leave = await (await openMachine(shop.home, shop.remote)).vault.stay();
    expect((await said()).get('vault')).toBe('connected');
    expect(await shop.vault.evict(() => Promise.resolve([]))).toMatchObject({ kind: 'kept', sentence: 'The vault stays: somebody works with it.' });
    leave();
    expect((await said()).get('vault')).toBeUndefined();
    // Here it looks as if the remote had it. It had.
    await userGit(shop.remote, ['--git-dir=.', 'update-ref', '-d', 'refs/heads/task/kept']);
    expect(await disk.free(1)).toMatchObject({ removed: [], kept: [{ sentence: 'The vault stays: one commit of this machine is not on the remote.' }] });
    await userGit(shop.remote, ['--git-dir=.', 'update-ref', 'refs/maestro/archive/plan/task/kept', head]);
    await shop.landing.recordIntent({ subjectId: task, branch: EPIC, expectedTip: null, newTip: head, head });
    expect(await disk.free(1)).toMatchObject({ removed: [], kept: [{ sentence: 'The vault stays: somebody works with it.' }] });
    await shop.landing.clearIntent(task);
    expect((await disk.free(1)).removed.map(({ kind }) => kind)).toEqual(['vault']);
    expect(existsSync(shop.vault.gitDir)).toBe(false);
    expect([...(await said()).keys()]).toEqual([]);
    // The next lane fetches it again, from the same vault as far as its owner can tell.
    const again = await lane(newId());
    await agentGit(again, ['fsck', '--connectivity-only', '--no-dangling']);
    expect(await shop.vault.text(['config', 'extensions.preciousObjects'])).toBe('true');
    expect(existsSync(join(again.path, 'src/price.ts'))).toBe(true);
  });

  it('keeps the vault when the remote cannot be asked', async () => {
    const gone = await openMachine(join(shop.scratch.folder, 'gone'), join(shop.scratch.folder, 'nowhere'));
    expect(await gone.vault.evict(() => Promise.resolve([]))).toMatchObject({ kind: 'kept', sentence: expect.stringContaining('could not be asked') as string });
    expect(existsSync(gone.vault.gitDir)).toBe(true);
  });
});
