import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EPIC, agentGit, newId, newLane, putFiles, shopWithEpic, userGit } from '../../test-support/git-fixture.js';
import type { Lane } from './lanes.types.js';

type Shop = Awaited<ReturnType<typeof shopWithEpic>>;

describe('a repair', () => {
  let shop: Shop;
  /** The epic after a sibling changed the same line and one more file. */
  let tip: string;
  beforeAll(async () => {
    shop = await shopWithEpic();
    await userGit(shop.seed, ['checkout', '-q', '-b', 'sibling']);
    await putFiles(shop.seed, { 'src/tax.ts': 'export const tax = 0.25;\n', 'src/sibling.ts': 'sibling\n' });
    await userGit(shop.seed, ['add', '-A']);
    await userGit(shop.seed, ['commit', '-q', '-m', 'sibling']);
    await userGit(shop.seed, ['push', '-q', shop.remote, `HEAD:refs/heads/${EPIC}`]);
    const fetched = await shop.vault.fetch([EPIC]);
    tip = (fetched.ok ? fetched.value.get(EPIC) : null) ?? '';
  });
  afterAll(() => shop.scratch.remove());

  async function conflictingLane(): Promise<Lane> {
    const lane = await newLane(shop, shop.tip);
    await putFiles(lane.path, { 'src/tax.ts': 'export const tax = 0.07;\n', 'node_modules/dep.js': 'built\n' });
    const collected = await shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-1', message: 'lower tax' });
    if (!collected.ok) throw new Error(collected.refusal.sentence);
    return lane;
  }
  const collect = (lane: Lane) => shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-1', message: 'take the epic in' });

  it('leaves the agent in a merge that it can finish with git', async () => {
    const lane = await conflictingLane();
    const started = await shop.lanes.startRepair(lane, tip);
    expect(started).toMatchObject({ ok: true, value: { conflicts: ['src/tax.ts'], snapshotRef: null } });
    expect(started.ok && started.value.messages.join()).toContain('CONFLICT (content)');
    expect(await readFile(join(lane.path, 'src/tax.ts'), 'utf8')).toMatch(/^<{7} .*\nexport const tax = 0.07;\n={7}\nexport const tax = 0.25;\n>{7} .*\n$/);
    expect(await agentGit(lane, ['status', '--porcelain'])).toBe('A  src/sibling.ts\nUU src/tax.ts');
    expect(await readFile(join(lane.path, 'node_modules/dep.js'), 'utf8')).toBe('built\n');
    await putFiles(lane.path, { 'src/tax.ts': 'export const tax = 0.16;\n' });
    await agentGit(lane, ['add', '-A']);
    await agentGit(lane, ['commit', '-q', '--no-edit']);
    const collected = await collect(lane);
    expect(collected).toMatchObject({ ok: true, value: { base: tip, leftovers: false } });
    expect((await shop.lanes.find(lane.taskId))?.repair).toBeNull();
  });

  it('is finished by the daemon when the agent resolved and did not commit', async () => {
    const lane = await conflictingLane();
    const before = (await shop.lanes.find(lane.taskId))?.head;
    await shop.lanes.startRepair(lane, tip);
    await putFiles(lane.path, { 'src/tax.ts': 'export const tax = 0.16;\n' });
    const collected = await collect(lane);
    if (!collected.ok) throw new Error(collected.refusal.sentence);
    expect(collected.value).toMatchObject({ base: tip, leftovers: true });
    expect(await userGit(shop.vault.gitDir, ['--git-dir=.', 'log', '-1', '--format=%P', collected.value.head])).toBe(`${before} ${tip}`);
    expect(await userGit(shop.vault.gitDir, ['--git-dir=.', 'diff-tree', '-r', '--name-only', tip, collected.value.head])).toBe('src/tax.ts');
  });

  it('is not over while conflict markers are left', async () => {
    const lane = await conflictingLane();
    await shop.lanes.startRepair(lane, tip);
    expect(await collect(lane)).toMatchObject({ ok: false, refusal: { code: 'unresolved_conflict', paths: ['src/tax.ts'] } });
  });

  it('never undoes the epic when the agent gave the merge up', async () => {
    const lane = await conflictingLane();
    await shop.lanes.startRepair(lane, tip);
    await agentGit(lane, ['merge', '--abort']);
    const collected = await collect(lane);
    if (!collected.ok) throw new Error(collected.refusal.sentence);
    expect(collected.value.base).toBe(shop.tip);
    expect(await shop.vault.isAncestor(tip, collected.value.head)).toBe(false);
    expect((await shop.lanes.find(lane.taskId))?.repair).toMatchObject({ tip });
  });

  it('puts changes that nobody collected aside first', async () => {
    const lane = await conflictingLane();
    await putFiles(lane.path, { 'src/price.ts': 'not collected\n', 'src/sibling.ts': 'in the way\n' });
    await rm(join(lane.path, 'README.md'));
    const started = await shop.lanes.startRepair(lane, tip);
    if (!started.ok || started.value.snapshotRef === null) throw new Error(JSON.stringify(started));
    expect(await userGit(shop.vault.gitDir, ['--git-dir=.', 'show', `${started.value.snapshotRef}:src/price.ts`])).toBe('not collected');
    expect(await userGit(shop.vault.gitDir, ['--git-dir=.', 'show', `${started.value.snapshotRef}:src/sibling.ts`])).toBe('in the way');
    expect(await agentGit(lane, ['status', '--porcelain'])).toBe('A  src/sibling.ts\nUU src/tax.ts');
  });
});
