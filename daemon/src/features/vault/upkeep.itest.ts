import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EPIC, agentGit, newId, newLane, putFiles, shopWithEpic, userGit } from '../../test-support/git-fixture.js';

type Shop = Awaited<ReturnType<typeof shopWithEpic>>;

describe('the upkeep of a vault', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await shopWithEpic();
  });
  afterAll(() => shop.scratch.remove());

  const vaultGit = (...args: string[]) => userGit(shop.vault.gitDir, ['--git-dir=.', ...args]);
  const packs = async () => (await readdir(join(shop.vault.gitDir, 'objects/pack'))).filter((name) => name.endsWith('.pack'));

  it('does nothing while there is little to pack', async () => {
    expect(await shop.vault.upkeep()).toEqual({ repacked: false, packedRefs: false });
  });

  it('keeps what lanes borrow, also what the remote has taken back', async () => {
    await putFiles(shop.seed, { 'src/secretly.ts': 'was here once\n' });
    await userGit(shop.seed, ['add', '-A']);
    await userGit(shop.seed, ['commit', '-q', '-m', 'To be taken back']);
    await userGit(shop.seed, ['push', '-q', shop.remote, `HEAD:refs/heads/${EPIC}`]);
    await shop.vault.fetch([EPIC]);
    const gone = (await shop.vault.knownTip(EPIC)) ?? '';
    const lane = await newLane(shop, gone);
    await userGit(shop.remote, ['--git-dir=.', 'update-ref', `refs/heads/${EPIC}`, shop.tip]);
    await shop.vault.fetch([EPIC]);
    // A loose object that nothing points at: an agent that writes the same content stores nothing of its own.
    const loose = await userGit(shop.vault.gitDir, ['--git-dir=.', 'hash-object', '-w', '--stdin'], { stdin: 'nobody points at me\n' });
    expect(await shop.vault.upkeep({ force: true })).toEqual({ repacked: true, packedRefs: true });
    expect(await packs()).toHaveLength(1);
    expect(await vaultGit('cat-file', '-t', loose)).toBe('blob');
    await agentGit(lane, ['fsck', '--full', '--no-dangling']);
    expect(await agentGit(lane, ['show', 'HEAD:src/secretly.ts'])).toBe('was here once');
    // What makes the objects precious is as it was, whatever happens in the middle of it.
    expect(await vaultGit('config', 'extensions.preciousObjects')).toBe('true');
    expect(await readdir(join(shop.vault.folder, 'drafts'))).toEqual([]);
  });

  it('goes on beside lanes at work, without one failure of theirs', async () => {
    let over = false;
    const packing = (async () => {
      let times = 0;
      for (; !over; times += 1) await shop.vault.upkeep({ force: true });
      return times;
    })();
    const work = async (worker: number) => {
      const lane = await newLane(shop, shop.tip);
      for (let round = 0; round < 4; round += 1) {
        await writeFile(join(lane.path, `src/w${worker}.ts`), `${worker} ${round}\n`);
        await agentGit(lane, ['add', '-A']);
        await agentGit(lane, ['commit', '-q', '-m', `round ${round}`]);
        await agentGit(lane, ['log', '-p', '--stat']);
        expect(await shop.lanes.checkpoint(lane, { taskKey: 'SHOP-1' })).toMatchObject({ kind: 'pushed' });
      }
      const collected = await shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-1', message: 'work' });
      expect(collected).toMatchObject({ ok: true, value: { commits: 4 } });
      await agentGit(lane, ['fsck', '--full', '--no-dangling']);
    };
    try {
      await Promise.all([0, 1, 2, 3].map(work));
    } finally {
      over = true;
    }
    expect(await packing).toBeGreaterThan(1);
    expect(await vaultGit('fsck', '--full', '--no-dangling')).toBe('');
  });
});
