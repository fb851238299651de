import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentGit, newId, newLane, putFiles, shopWithEpic, userGit } from '../../test-support/git-fixture.js';

type Shop = Awaited<ReturnType<typeof shopWithEpic>>;

const ROUNDS = 30;
const SEED = 20_240_514;

describe('a lane with damaged files in its .git', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await shopWithEpic();
  });
  afterAll(() => shop.scratch.remove());

  it('gives its exact head or is refused, and leaves the vault sound', async () => {
    const random = generator(SEED);
    const lane = await newLane(shop, shop.tip);
    await putFiles(lane.path, { 'src/a.ts': 'a\n', 'docs/b.md': 'b\n' });
    await agentGit(lane, ['add', '-A']);
    await agentGit(lane, ['commit', '-q', '-m', 'work']);
    const head = await agentGit(lane, ['rev-parse', 'HEAD']);
    const tree = await agentGit(lane, ['rev-parse', 'HEAD^{tree}']);
    const listing = await readdir(join(lane.path, '.git'), { recursive: true, withFileTypes: true });
    const files = listing.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    let taken = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const file = files[random(files.length)]!;
      const sound = await readFile(file);
      const damaged = Buffer.from(sound);
      if (sound.length > 0) damaged[random(sound.length)] = random(256);
      await writeFile(file, damaged, { mode: 0o644, flag: 'w' }).catch(() => undefined);
      const collected = await shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-1', message: 'work' });
      if (collected.ok) {
        // A damaged ref can name the branch's parent; what is then left over makes the same tree again.
        expect(collected.value.tree, `round ${round}: ${file}`).toBe(tree);
        taken += collected.value.head === head ? 1 : 0;
      }
      await writeFile(file, sound);
    }
    expect(taken).toBeGreaterThan(ROUNDS / 4);
    const fsck = await userGit(shop.vault.gitDir, ['--git-dir=.', 'fsck', '--full', '--no-dangling']);
    expect(fsck).not.toMatch(/error|missing|corrupt/);
    expect(await readdir(join(shop.vault.folder, 'quarantine'))).toEqual([]);
  });
});

/** Numbers below a limit, the same ones in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}
