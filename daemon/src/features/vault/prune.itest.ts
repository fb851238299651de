import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SharedUse } from '../../platform/shared-use.js';
import { AGENT, EPIC, agentGit, newId, newLane, openMachine, putFiles, shopWithEpic, userGit } from '../../test-support/git-fixture.js';
import type { Machine } from '../../test-support/git-fixture.js';
import { waitFor } from '../../test-support/wait-for.js';
import type { Pruned, PruneRequest } from './vault.types.js';

type Shop = Awaited<ReturnType<typeof shopWithEpic>>;

const DAY_MS = 24 * 60 * 60_000;
const pruneOf = ({ vault, lanes, landing }: Machine, more: Partial<PruneRequest> = {}): Promise<Pruned> =>
  vault.prune({ now: Date.now(), force: true, graceMs: 0, neededBy: () => lanes.borrowers(), roots: () => landing.pendingCommits(), ...more });

/** Without what lanes do in the background, which would be one more who comes to the vault. */
async function quietShop(): Promise<Shop> {
  const shop = await shopWithEpic();
  await shop.lanes.close();
  return shop;
}

/** A commit that the remote took back after the vault had fetched it. */
async function takenBack(shop: Shop, content: string): Promise<string> {
  await userGit(shop.seed, ['checkout', '-q', '--detach', shop.tip]);
  await putFiles(shop.seed, { 'src/secretly.ts': content });
  await userGit(shop.seed, ['add', '-A']);
  await userGit(shop.seed, ['commit', '-q', '-m', 'To be taken back']);
  await userGit(shop.seed, ['push', '-q', '-f', shop.remote, `HEAD:refs/heads/${EPIC}`]);
  await shop.vault.fetch([EPIC]);
  const gone = (await shop.vault.knownTip(EPIC)) ?? '';
  await userGit(shop.remote, ['--git-dir=.', 'update-ref', `refs/heads/${EPIC}`, shop.tip]);
  await shop.vault.fetch([EPIC]);
  return gone;
}

describe('a prune', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await quietShop();
  });
  afterAll(() => shop.scratch.remove());

  const has = (commit: string) => shop.vault.hasCommit(commit);
  const hash = (content: string) => shop.vault.text(['hash-object', '-w', '--stdin'], { stdin: content });
  const isThere = async (object: string) => (await shop.vault.run(['cat-file', '-e', object])).code === 0;

  it('removes what nothing needs, and nothing else, and does not come again for nothing', async () => {
    const gone = await takenBack(shop, 'was here once\n'.repeat(1_000));
    const kept = await takenBack(shop, 'a landing names me\n');
    await shop.landing.recordIntent({ subjectId: newId(), branch: EPIC, expectedTip: null, newTip: kept, head: shop.tip });
    const loose = await hash('nobody points at me\n');
    const litter = join(shop.vault.gitDir, 'objects/pack/tmp_pack_x1y2z3');
    await writeFile(litter, 'half of something');
    expect(await pruneOf(shop)).toMatchObject({ kind: 'pruned', freed: expect.any(Number) as number });
    expect([await has(gone), await has(kept), await has(shop.tip), await isThere(loose), existsSync(litter)]).toEqual([false, true, true, false, false]);
    expect(await shop.vault.text(['fsck', '--full'])).not.toMatch(/missing|broken/);
    expect(await shop.vault.text(['config', 'extensions.preciousObjects'])).toBe('true');
    expect([await readdir(join(shop.vault.folder, 'drafts')), await readdir(join(shop.vault.folder, 'marks'))]).toEqual([[], []]);
    expect(await pruneOf(shop)).toEqual({ kind: 'not_due' });
    await shop.landing.clearIntent((await readdir(join(shop.vault.folder, 'intents')))[0]?.replace('.json', '') ?? '');
  });

  it('keeps what is young, with all that it needs, until it is old', async () => {
    const blob = await hash('an old file in a young folder\n');
    const tree = await shop.vault.text(['mktree'], { stdin: `100644 blob ${blob}\ta.txt\n` });
    const old = new Date(Date.now() - 3 * DAY_MS);
    await utimes(join(shop.vault.gitDir, 'objects', blob.slice(0, 2), blob.slice(2)), old, old);
    expect(await pruneOf(shop, { graceMs: DAY_MS })).toMatchObject({ kind: 'pruned' });
    expect([await isThere(tree), await isThere(blob)]).toEqual([true, true]);
    expect(await pruneOf(shop, { graceMs: DAY_MS, now: Date.now() + DAY_MS - 60_000 })).toEqual({ kind: 'not_due' });
    expect(await pruneOf(shop, { now: Date.now() + DAY_MS + 60_000 })).toMatchObject({ kind: 'pruned' });
    expect([await isThere(tree), await isThere(blob)]).toEqual([false, false]);
  });

  it('leaves everything while anything borrows from the vault', async () => {
    const loose = await hash('borrowed, perhaps\n');
    const lane = await newLane(shop, shop.tip);
    expect(await pruneOf(shop)).toEqual({ kind: 'needed', by: ['lane'] });
    await putFiles(lane.path, { 'node_modules/x.js': 'ignored\n' });
    expect(await shop.lanes.remove(lane, 'over')).toMatchObject({ ok: true });
    const [thrown] = await shop.lanes.trash();
    expect(await pruneOf(shop)).toEqual({ kind: 'needed', by: ['trash'] });
    await shop.lanes.discard(thrown?.path ?? '');
    const checkout = await shop.lanes.reviewCheckout({ runId: newId(), head: shop.tip });
    expect(await pruneOf(shop)).toEqual({ kind: 'needed', by: ['checkout'] });
    if (checkout.ok) await checkout.value.dispose();
    await mkdir(join(shop.vault.folder, 'spares/a0'), { recursive: true });
    await mkdir(join(shop.vault.folder, 'drafts/spare~a1~1~x'), { recursive: true });
    expect(await pruneOf(shop)).toEqual({ kind: 'needed', by: ['spare', 'spare'] });
    expect(await pruneOf(shop, { neededBy: () => Promise.resolve(['run']) })).toEqual({ kind: 'needed', by: ['run'] });
    expect(await isThere(loose)).toBe(true);
  });

  it('removes nothing from a vault that is not whole', async () => {
    const { vault, landing } = await openMachine(join(shop.scratch.folder, 'broken'), shop.remote);
    await vault.fetch(['main', EPIC]);
    const blob = await vault.text(['rev-parse', 'refs/remotes/origin/main:README.md']);
    const packs = join(vault.gitDir, 'objects/pack');
    const held = await Promise.all((await readdir(packs)).filter((name) => name.endsWith('.pack')).map((name) => readFile(join(packs, name))));
    await rm(packs, { recursive: true });
    for (const stdin of held) await userGit(shop.scratch.folder, ['unpack-objects', '-q'], { stdin, env: { GIT_DIR: vault.gitDir } });
    await rm(join(vault.gitDir, 'objects', blob.slice(0, 2), blob.slice(2)));
    await mkdir(packs);
    const before = await readdir(join(vault.gitDir, 'objects'), { recursive: true });
    await expect(vault.prune({ now: Date.now(), neededBy: () => Promise.resolve([]), roots: () => landing.pendingCommits() })).rejects.toThrow('git_failed');
    expect(await readdir(join(vault.gitDir, 'objects'), { recursive: true })).toEqual(before);
  });
});

describe('while a vault is put in order', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await quietShop();
  });
  afterAll(() => shop.scratch.remove());

  it('everything else waits, is seen at once, and then does its work', async () => {
    const { vault, lanes, landing, tip } = shop;
    // What another process sees of it: the marks alone.
    const other = new SharedUse(join(vault.folder, 'marks'));
    const taskId = newId();
    const lane = () => lanes.find(taskId).then((found) => found ?? Promise.reject(new Error('no lane')));
    const request = { taskId, branch: 'maestro/shop-1', upstream: EPIC, identity: AGENT, start: { kind: 'epic', tip } } as const;
    const approved = async () => ({ tip, head: (await lane()).head, base: tip, tree: await vault.treeOf((await lane()).head) });
    const all: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['open', () => openMachine(shop.home, shop.remote).then((again) => again.lanes.close())],
      ['fetch', () => vault.fetch([EPIC])],
      ['bootstrap', () => vault.bootstrapEpic({ epicBranch: EPIC, baseBranch: 'main' })],
      ['upkeep', () => vault.upkeep({ force: true })],
      ['tend', () => lanes.tend()],
      ['prepare', () => lanes.prepare(request)],
      ['checkpoint', async () => lanes.checkpoint(await lane(), { taskKey: 'SHOP-1' })],
      ['snapshot', async () => lanes.snapshot(await lane(), 'asked')],
      ['collect', async () => lanes.collect(await lane(), { runId: newId(), taskKey: 'SHOP-1', message: 'work' })],
      ['repair', async () => lanes.startRepair(await lane(), tip)],
      ['uncollected', async () => lanes.hasUncollected(await lane())],
      ['push', async () => lanes.pushBranch(await lane())],
      ['review', () => lanes.reviewCheckout({ runId: newId(), head: tip })],
      ['restore', async () => lanes.restore((await lanes.snapshots())[0]!, join(shop.scratch.folder, 'restored'))],
      ['compute', async () => landing.compute(await approved())],
      ['late', () => vault.keepLate(newId(), tip)],
      ['diff', () => vault.diff({ base: tip, head: tip, maxBytes: 1_000 })],
      ['change', () => vault.change({ base: tip, head: tip })],
      ['listing', () => vault.listTree(tip, 100)],
      ['sweep', () => lanes.sweep({ liveRuns: [] })],
      ['remove', async () => lanes.remove(await lane(), 'over')],
    ];
    for (const [name, action] of all) {
      let over = false;
      let running: Promise<unknown> | undefined;
      await other.alone('tidy', async (wanted) => {
        running = action().finally(() => (over = true));
        await waitFor(`${name} to wait`, wanted);
        expect([name, over]).toEqual([name, false]);
      });
      if (running === undefined) throw new Error(`${name} met somebody`);
      await running;
    }
  });

  it('it is given up when somebody comes, at whatever step, and nothing is lost', async () => {
    await takenBack(shop, 'given up\n');
    for (const trash of await shop.lanes.trash()) await shop.lanes.discard(trash.path);
    await shop.lanes.sweep({ liveRuns: [] });
    const steps = ['prune:copied', 'prune:decided', 'prune:added', 'prune:removed'] as const;
    for (const step of steps) {
      let fetching: Promise<unknown> | undefined;
      const pruned = await shop.vault.prune(
        { now: Date.now(), force: true, graceMs: 0, neededBy: () => shop.lanes.borrowers(), roots: () => Promise.resolve([]) },
        { reach: (point) => void (point === step ? (fetching ??= shop.vault.knownTip(EPIC)) : undefined) },
      );
      expect([step, pruned]).toEqual([step, { kind: 'in_use' }]);
      expect(await fetching).toBe(shop.tip);
      expect(await shop.vault.text(['fsck', '--connectivity-only', '--no-dangling'])).toBe('');
    }
    expect(await pruneOf(shop)).toMatchObject({ kind: 'pruned' });
    await agentGit(await newLane(shop, shop.tip), ['fsck', '--connectivity-only', '--no-dangling']);
  });
});
