import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AGENT, EPIC, agentGit, newId, newLane, openMachine, putFiles, shopWithEpic, userGit } from '../../test-support/git-fixture.js';

type Shop = Awaited<ReturnType<typeof shopWithEpic>>;

describe('a lane', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await shopWithEpic();
  });
  afterAll(() => shop.scratch.remove());

  it('gives the agent a repository of its own on the task branch, without a remote', async () => {
    const lane = await newLane(shop, shop.tip);
    expect(await agentGit(lane, ['status', '--porcelain'])).toBe('');
    expect(await agentGit(lane, ['symbolic-ref', '--short', 'HEAD'])).toBe(lane.branch);
    expect(await agentGit(lane, ['remote'])).toBe('');
    expect(await agentGit(lane, ['config', 'user.email'])).toBe(AGENT.email);
    expect(lane.state).toBe('in_use');
    expect((await shop.lanes.find(lane.taskId))?.inode).toBe(lane.inode);
  });

  it('collects leftovers as one commit of the agent with the task key', async () => {
    const lane = await newLane(shop, shop.tip);
    await putFiles(lane.path, { 'src/cart.ts': 'export const cart = [1];\n', 'src/new.ts': 'export {};\n', 'debug.log': 'noise\n', 'node_modules/x/index.js': '0\n' });
    const collected = await shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-12', message: 'one item in the cart' });
    if (!collected.ok) throw new Error(collected.refusal.sentence);
    expect(collected.value).toMatchObject({ base: shop.tip, changed: true, commits: 1, leftovers: true });
    expect(await userGit(shop.vault.gitDir, ['--git-dir=.', 'log', '-1', '--format=%s|%an|%P', collected.value.head])).toBe(`SHOP-12: one item in the cart|${AGENT.name}|${shop.tip}`);
    const files = await userGit(shop.vault.gitDir, ['--git-dir=.', 'ls-tree', '-r', '--name-only', collected.value.head]);
    expect(files.split('\n')).toEqual(['.gitignore', 'README.md', 'src/cart.ts', 'src/new.ts', 'src/price.ts', 'src/tax.ts']);
    expect((await shop.lanes.find(lane.taskId))?.state).toBe('idle');
  });

  it('takes the agent\'s own commits, with one more on top for what it left', async () => {
    const lane = await newLane(shop, shop.tip);
    await putFiles(lane.path, { 'src/a.ts': 'a\n', 'forced.log': 'kept although ignored\n' });
    await agentGit(lane, ['add', '-f', '-A', '.']);
    await agentGit(lane, ['commit', '-q', '-m', 'SHOP-13: a']);
    const own = await agentGit(lane, ['rev-parse', 'HEAD']);
    await putFiles(lane.path, { 'src/b.ts': 'b\n' });
    const collected = await shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-13', message: 'the rest' });
    if (!collected.ok) throw new Error(collected.refusal.sentence);
    expect(collected.value).toMatchObject({ commits: 2, leftovers: true });
    const shown = await userGit(shop.vault.gitDir, ['--git-dir=.', 'diff-tree', '-r', '--name-status', own, collected.value.head]);
    expect(shown).toBe('A\tsrc/b.ts');
    const again = await shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-13', message: 'nothing new' });
    expect(again).toMatchObject({ ok: true, value: { tree: collected.value.tree } });
  });

  it('does not take for deleted what its agent has only put out of sight', async () => {
    const lane = await newLane(shop, shop.tip);
    await agentGit(lane, ['sparse-checkout', 'set', 'docs']);
    expect(existsSync(join(lane.path, 'src'))).toBe(false);
    await putFiles(lane.path, { 'docs/new.md': 'new\n' });
    const collect = () => shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-14', message: 'docs' });
    expect(await collect()).toMatchObject({ ok: false, refusal: { code: 'sparse_lane' } });
    await agentGit(lane, ['sparse-checkout', 'disable']);
    const collected = await collect();
    if (!collected.ok) throw new Error(collected.refusal.sentence);
    expect(await userGit(shop.vault.gitDir, ['--git-dir=.', 'diff-tree', '-r', '--name-status', shop.tip, collected.value.head])).toBe('A\tdocs/new.md');
  });

  it('says so when nothing was changed', async () => {
    const lane = await newLane(shop, shop.tip);
    const collected = await shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-14', message: 'nothing' });
    expect(collected).toMatchObject({ ok: true, value: { head: shop.tip, changed: false, commits: 0, leftovers: false } });
  });

  it('is the same folder for a revision, with its ignored files and a repository without what was planted', async () => {
    const lane = await newLane(shop, shop.tip);
    await putFiles(lane.path, { 'src/c.ts': 'c\n', 'node_modules/dep/index.js': 'built\n', '.git/hooks/pre-commit': '#!/bin/sh\nexit 1\n' });
    const first = await shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-15', message: 'c' });
    if (!first.ok) throw new Error(first.refusal.sentence);
    const again = await shop.lanes.prepare({ ...lane, identity: AGENT, start: { kind: 'resume', tip: shop.tip, head: first.value.head } });
    expect(again).toMatchObject({ ok: true, value: { from: 'existing', lane: { inode: lane.inode, head: first.value.head } } });
    expect(await readFile(join(lane.path, 'node_modules/dep/index.js'), 'utf8')).toBe('built\n');
    expect(existsSync(join(lane.path, '.git/hooks/pre-commit'))).toBe(false);
    expect(await agentGit(lane, ['rev-parse', 'HEAD'])).toBe(first.value.head);
    expect(await agentGit(lane, ['status', '--porcelain'])).toBe('');
  });

  it('works on when its .git is gone: the files are what counts', async () => {
    const lane = await newLane(shop, shop.tip);
    await putFiles(lane.path, { 'src/d.ts': 'd\n' });
    await rm(join(lane.path, '.git'), { recursive: true });
    const collected = await shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-16', message: 'd' });
    expect(collected).toMatchObject({ ok: true, value: { changed: true, commits: 1 } });
  });

  it('pushes its head to the task branch, again after an amend, and not over somebody else', async () => {
    const lane = await newLane(shop, shop.tip);
    await putFiles(lane.path, { 'src/e.ts': 'e\n' });
    await shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-17', message: 'e' });
    expect(await shop.lanes.pushBranch(lane)).toEqual({ kind: 'pushed' });
    const head = (await shop.lanes.find(lane.taskId))?.head;
    expect(await userGit(shop.remote, ['--git-dir=.', 'rev-parse', lane.branch])).toBe(head);
    await userGit(shop.remote, ['--git-dir=.', 'update-ref', `refs/heads/${lane.branch}`, shop.tip]);
    await putFiles(lane.path, { 'src/e.ts': 'e2\n' });
    await shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-17', message: 'e2' });
    // Forward of what is there now, so nothing is lost.
    expect(await shop.lanes.pushBranch(lane)).toEqual({ kind: 'pushed' });
    const other = await userGit(shop.seed, ['commit-tree', `${shop.tip}^{tree}`, '-m', 'theirs']);
    await userGit(shop.seed, ['push', '-q', '--force', shop.remote, `${other}:refs/heads/${lane.branch}`]);
    await putFiles(lane.path, { 'src/e.ts': 'e3\n' });
    await shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-17', message: 'e3' });
    expect(await shop.lanes.pushBranch(lane)).toEqual({ kind: 'moved', tip: other });
  });

  it('is taken over by another machine from the work in progress, uncommitted again', async () => {
    const lane = await newLane(shop, shop.tip);
    await putFiles(lane.path, { 'src/f.ts': 'f\n' });
    await agentGit(lane, ['add', '-A']);
    await agentGit(lane, ['commit', '-q', '-m', 'f']);
    const committed = await agentGit(lane, ['rev-parse', 'HEAD']);
    await putFiles(lane.path, { 'src/g.ts': 'half done\n' });
    const before = await agentGit(lane, ['status', '--porcelain']);
    const pushed = await shop.lanes.checkpoint(lane, { taskKey: 'SHOP-18' });
    expect(pushed).toMatchObject({ kind: 'pushed' });
    expect(await shop.lanes.checkpoint(lane, { taskKey: 'SHOP-18' })).toMatchObject({ kind: 'unchanged' });
    expect(await agentGit(lane, ['status', '--porcelain'])).toBe(before);
    expect(await agentGit(lane, ['rev-parse', 'HEAD'])).toBe(committed);

    const other = await openMachine(join(shop.scratch.folder, 'other-home'), shop.remote);
    const taken = await other.lanes.prepare({ taskId: lane.taskId, branch: lane.branch, upstream: EPIC, identity: AGENT, start: { kind: 'resume', tip: shop.tip, head: null } });
    if (!taken.ok) throw new Error(taken.refusal.sentence);
    expect(taken.value.from).toBe('work_in_progress');
    expect(await agentGit(taken.value.lane, ['rev-parse', 'HEAD'])).toBe(committed);
    expect(await agentGit(taken.value.lane, ['status', '--porcelain'])).toBe('?? src/g.ts');
    await putFiles(taken.value.lane.path, { 'src/g.ts': 'done\n' });
    expect(await other.lanes.checkpoint(taken.value.lane, { taskKey: 'SHOP-18' })).toMatchObject({ kind: 'pushed' });
    await putFiles(lane.path, { 'src/g.ts': 'late\n' });
    expect(await shop.lanes.checkpoint(lane, { taskKey: 'SHOP-18' })).toMatchObject({ kind: 'kept_here' });
  });

  it('comes in any number at a time', async () => {
    // As `git worktree add` with a tracked branch does not: it failed for 3 of 40 at the lock on the one configuration they share.
    const many = await Promise.all(Array.from({ length: 40 }, () => newLane(shop, shop.tip)));
    expect(new Set(many.map(({ inode }) => inode)).size).toBe(40);
    for (const lane of many) expect(await readFile(join(lane.path, '.git/HEAD'), 'utf8')).toBe(`ref: refs/heads/${lane.branch}\n`);
    const lanes = many.slice(0, 8);
    await Promise.all(lanes.map((lane, index) => putFiles(lane.path, { [`src/parallel-${index}.ts`]: `${index}\n` })));
    const collected = await Promise.all(lanes.map((lane) => shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-19', message: 'parallel' })));
    expect(collected.every((one) => one.ok && one.value.changed)).toBe(true);
    expect(new Set(collected.map((one) => one.ok && one.value.head)).size).toBe(8);
  });

  it('gives reviewers a throw-away checkout that leaves nothing', async () => {
    const checkout = await shop.lanes.reviewCheckout({ runId: newId(), head: shop.tip, base: shop.tip });
    if (!checkout.ok) throw new Error(checkout.refusal.sentence);
    expect(await userGit(checkout.value.path, ['status', '--porcelain'])).toBe('');
    expect(await userGit(checkout.value.path, ['rev-parse', 'HEAD', 'refs/maestro/base'])).toBe(`${shop.tip}\n${shop.tip}`);
    await writeFile(join(checkout.value.path, 'built'), 'x');
    await checkout.value.dispose();
    await checkout.value.dispose();
    expect(existsSync(checkout.value.path)).toBe(false);
  });
});
