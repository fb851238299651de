import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EPIC, SHOP_FILES, agentGit, newId, newLane, openMachine, putFiles, shopWithEpic, userGit } from '../../test-support/git-fixture.js';
import type { Machine } from '../../test-support/git-fixture.js';
import type { Collected, Lane } from '../lanes/index.js';
import type { Computed } from './landing.types.js';

type Shop = Awaited<ReturnType<typeof shopWithEpic>>;

const LINES = Array.from({ length: 30 }, (_, index) => `line ${index}\n`);
const withLine = (index: number, text: string) => LINES.map((line, at) => (at === index ? `${text}\n` : line)).join('');

describe('landing', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await shopWithEpic({ ...SHOP_FILES, 'long.txt': LINES.join(''), '.gitattributes': 'package-lock.json -merge\nCHANGELOG.md merge=union\n', 'package-lock.json': '{\n "a": 1,\n "b": 1,\n "c": 1,\n "d": 1,\n "e": 1\n}\n', 'CHANGELOG.md': '# Changes\n' });
  });
  afterAll(() => shop.scratch.remove());

  async function collect(lane: Lane, files: Readonly<Record<string, string>>): Promise<Collected> {
    await putFiles(lane.path, files);
    const collected = await shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-1', message: `change ${lane.taskId}` });
    if (!collected.ok) throw new Error(collected.refusal.sentence);
    return collected.value;
  }
  const tipNow = async () => {
    const fetched = await shop.vault.fetch([EPIC]);
    return (fetched.ok ? fetched.value.get(EPIC) : null) ?? '';
  };
  async function land(work: Collected, computed?: Computed): Promise<string> {
    const tip = await tipNow();
    const merge = computed ?? (await shop.landing.compute({ tip, ...work }));
    if (merge.kind !== 'clean') throw new Error(merge.kind);
    const newTip = await shop.landing.commit({ tip, head: work.head, tree: merge.tree, message: 'Merge SHOP-1: change\n', at: 1_700_000_000 });
    const subjectId = newId();
    const intent = await shop.landing.recordIntent({ subjectId, branch: EPIC, expectedTip: tip, newTip, head: work.head });
    expect(await shop.landing.push(intent)).toEqual({ kind: 'landed' });
    return newTip;
  }

  it('is exact while the tip is the reviewed base, and the same landing is the same commit', async () => {
    const tip = await tipNow();
    const work = await collect(await newLane(shop, tip), { 'src/exact.ts': 'x\n' });
    const computed = await shop.landing.compute({ tip, ...work });
    expect(computed).toEqual({ kind: 'clean', class: 'exact', tree: work.tree, overlappingPaths: [], overlapReason: null });
    const commit = { tip, head: work.head, tree: work.tree, message: 'Merge SHOP-1: exact\n\nMaestro-Task: SHOP-1\n', at: 1_700_000_000 };
    expect(await shop.landing.commit(commit)).toBe(await shop.landing.commit(commit));
    await land(work);
    expect(await shop.landing.compute({ tip: await tipNow(), ...work })).toEqual({ kind: 'already_landed', by: 'ancestry' });
    expect(await shop.landing.holds({ branch: EPIC, head: work.head })).toMatchObject({ ok: true, value: { holds: true, by: 'head' } });
  });

  it('is an overlay when siblings landed elsewhere, and an overlap when they touched the same file', async () => {
    const tip = await tipNow();
    const [apart, same, sibling] = [await newLane(shop, tip), await newLane(shop, tip), await newLane(shop, tip)];
    const apartWork = await collect(apart, { 'src/apart.ts': 'x\n' });
    const sameWork = await collect(same, { 'long.txt': withLine(3, 'near the start') });
    await land(await collect(sibling, { 'long.txt': withLine(25, 'near the end') }));
    const moved = await tipNow();
    expect(await shop.landing.compute({ tip: moved, ...apartWork })).toMatchObject({ kind: 'clean', class: 'overlay', overlappingPaths: [] });
    expect(await shop.landing.compute({ tip: moved, ...sameWork })).toMatchObject({ kind: 'clean', class: 'overlap', overlappingPaths: ['long.txt'], overlapReason: 'content' });
    await land(apartWork);
  });

  it('is an overlap when the epic renamed the file under the change', async () => {
    const tip = await tipNow();
    const work = await collect(await newLane(shop, tip), { 'src/price.ts': 'export function price(items) {\n  return items.length * 2;\n}\n' });
    const renamer = await newLane(shop, tip);
    await agentGit(renamer, ['mv', 'src/price.ts', 'src/cost.ts']);
    await land(await collect(renamer, {}));
    const computed = await shop.landing.compute({ tip: await tipNow(), ...work });
    expect(computed).toMatchObject({ kind: 'clean', class: 'overlap', overlappingPaths: ['src/cost.ts', 'src/price.ts'] });
  });

  it('sends a head back that dropped a sibling\'s landed work with "merge -s ours"', async () => {
    const tip = await tipNow();
    const lane = await newLane(shop, tip);
    const reviewed = await collect(lane, { 'src/mine.ts': 'mine\n' });
    await land(await collect(await newLane(shop, tip), { 'src/theirs.ts': 'theirs\n' }));
    const moved = await tipNow();
    // The lane borrows the vault's objects, so the agent can name the new tip.
    await agentGit(lane, ['add', '-A']);
    await agentGit(lane, ['commit', '-q', '-m', 'mine']);
    await agentGit(lane, ['merge', '-q', '-s', 'ours', '-m', 'quietly', moved]);
    const head = await collect(lane, {});
    expect(head.tree).toBe(reviewed.tree);
    const computed = await shop.landing.compute({ tip: moved, head: head.head, base: reviewed.base, tree: reviewed.tree });
    expect(computed).toMatchObject({ kind: 'clean', class: 'overlap', overlapReason: 'base_changed' });
    expect(computed.kind === 'clean' && computed.overlappingPaths).toContain('src/theirs.ts');
    // And a reviewer who is asked now sees the removal, because the vault computes the base.
    expect(head.base).toBe(moved);
    const diff = await shop.vault.diff({ base: head.base, head: head.head, maxBytes: 10_000 });
    expect(diff.files).toEqual(expect.arrayContaining([expect.objectContaining({ status: 'D', path: 'src/theirs.ts' })]));
  });

  it('is void when the head has another tree than was approved', async () => {
    const tip = await tipNow();
    const work = await collect(await newLane(shop, tip), { 'src/void.ts': 'x\n' });
    expect(await shop.landing.compute({ tip, head: work.head, base: work.base, tree: await shop.vault.treeOf(tip) })).toMatchObject({ kind: 'clean', class: 'overlap', overlapReason: 'tree_changed' });
  });

  it('has landed already when the epic has the content by another way', async () => {
    const tip = await tipNow();
    const [one, other] = [await newLane(shop, tip), await newLane(shop, tip)];
    const work = await collect(one, { 'src/twice.ts': 'x\n' });
    await land(await collect(other, { 'src/twice.ts': 'x\n' }));
    expect(await shop.landing.compute({ tip: await tipNow(), ...work })).toEqual({ kind: 'already_landed', by: 'content' });
  });

  it('merges by the attributes of the epic: union joins, "-merge" does not mix lock files', async () => {
    const tip = await tipNow();
    const [logs, locks, sibling] = [await newLane(shop, tip), await newLane(shop, tip), await newLane(shop, tip)];
    const logWork = await collect(logs, { 'CHANGELOG.md': '# Changes\n- mine\n' });
    const lockWork = await collect(locks, { 'package-lock.json': '{\n "a": 2,\n "b": 1,\n "c": 1,\n "d": 1,\n "e": 1\n}\n' });
    await land(await collect(sibling, { 'CHANGELOG.md': '# Changes\n- theirs\n', 'package-lock.json': '{\n "a": 1,\n "b": 1,\n "c": 1,\n "d": 1,\n "e": 2\n}\n' }));
    const moved = await tipNow();
    const union = await shop.landing.compute({ tip: moved, ...logWork });
    if (union.kind !== 'clean') throw new Error(union.kind);
    expect(await userGit(shop.vault.gitDir, ['--git-dir=.', 'show', `${union.tree}:CHANGELOG.md`])).toBe('# Changes\n- theirs\n- mine');
    const conflict = await shop.landing.compute({ tip: moved, ...lockWork });
    expect(conflict).toMatchObject({ kind: 'conflict', paths: ['package-lock.json'] });
    expect(conflict.kind === 'conflict' && conflict.messages.join()).toContain('package-lock.json');
  });

  it('merges by attributes that a landing has just brought', async () => {
    await land(await collect(await newLane(shop, await tipNow()), { 'docs/.gitattributes': 'NOTES.md merge=union\n', 'docs/NOTES.md': '# Notes\n' }));
    const tip = await tipNow();
    const [one, other] = [await newLane(shop, tip), await newLane(shop, tip)];
    const work = await collect(one, { 'docs/NOTES.md': '# Notes\n- mine\n' });
    await land(await collect(other, { 'docs/NOTES.md': '# Notes\n- theirs\n' }));
    const union = await shop.landing.compute({ tip: await tipNow(), ...work });
    if (union.kind !== 'clean') throw new Error(union.kind);
    expect(await userGit(shop.vault.gitDir, ['--git-dir=.', 'show', `${union.tree}:docs/NOTES.md`])).toBe('# Notes\n- theirs\n- mine');
  });

  it('refuses to push what was not recorded first, and never over a tip it does not expect', async () => {
    const tip = await tipNow();
    const work = await collect(await newLane(shop, tip), { 'src/lease.ts': 'x\n' });
    const newTip = await shop.landing.commit({ tip, head: work.head, tree: work.tree, message: 'Merge\n', at: 1 });
    const intent = { subjectId: newId(), branch: EPIC, expectedTip: tip, newTip, head: work.head };
    await expect(shop.landing.push(intent)).rejects.toThrow('landing_intent_missing');
    // Somebody rolls the epic back by hand; a push without a lease would undo that.
    await userGit(shop.remote, ['--git-dir=.', 'update-ref', `refs/heads/${EPIC}`, shop.tip]);
    await shop.landing.recordIntent(intent);
    expect(await shop.landing.push(intent)).toEqual({ kind: 'tip_moved', tip: shop.tip });
    expect(await shop.landing.recover(intent.subjectId)).toMatchObject({ ok: true, value: { kind: 'recompute', tip: shop.tip } });
    await userGit(shop.remote, ['--git-dir=.', 'update-ref', `refs/heads/${EPIC}`, tip]);
    expect(await shop.landing.recover(intent.subjectId)).toMatchObject({ ok: true, value: { kind: 'push_again' } });
    expect(await shop.landing.push(intent)).toEqual({ kind: 'landed' });
    expect(await shop.landing.push(intent), 'again after a lost answer').toEqual({ kind: 'landed' });
    expect(await shop.landing.recover(intent.subjectId)).toMatchObject({ ok: true, value: { kind: 'landed' } });
    await shop.landing.clearIntent(intent.subjectId);
    expect(await shop.landing.recover(intent.subjectId)).toEqual({ ok: true, value: { kind: 'nothing_pending' } });
  });

  it('gives the remote\'s own words when it refuses', async () => {
    await mkdir(join(shop.remote, 'hooks'), { recursive: true });
    await writeFile(join(shop.remote, 'hooks/update'), '#!/bin/sh\necho "protected: ask the release team" >&2\nexit 1\n', { mode: 0o755 });
    const tip = await tipNow();
    const intent = await shop.landing.recordIntent({ subjectId: newId(), branch: EPIC, expectedTip: tip, newTip: await shop.landing.commit({ tip, head: shop.tip, tree: await shop.vault.treeOf(tip), message: 'x\n', at: 1 }), head: shop.tip });
    expect(await shop.landing.push(intent)).toMatchObject({ kind: 'refused', sentence: expect.stringContaining('protected: ask the release team') as string });
    await userGit(shop.remote, ['config', 'core.hooksPath', '/dev/null']);
  });

  it('of eight racing machines lands each task exactly once', async () => {
    const start = await tipNow();
    const branches: string[] = [];
    await userGit(shop.seed, ['fetch', '-q', shop.remote, EPIC]);
    for (let index = 0; index < 8; index += 1) {
      await userGit(shop.seed, ['checkout', '-q', '--detach', start]);
      await putFiles(shop.seed, { [`race/${index}.txt`]: `${index}\n` });
      await userGit(shop.seed, ['add', '-A']);
      await userGit(shop.seed, ['commit', '-q', '-m', `racer ${index}`]);
      await userGit(shop.seed, ['push', '-q', shop.remote, `HEAD:refs/heads/race/${index}`]);
      branches.push(`race/${index}`);
    }
    const machines = await Promise.all(branches.map((_, index) => openMachine(join(shop.scratch.folder, `racer-${index}`), shop.remote)));
    const heads = await Promise.all(machines.map((machine, index) => raceToLand(machine, branches[index]!, start)));
    const tip = await tipNow();
    const merges = await userGit(shop.vault.gitDir, ['--git-dir=.', 'log', '--merges', '--first-parent', '--format=%P', `${start}..${tip}`]);
    const landed = merges.split('\n').map((line) => line.split(' ')[1]);
    expect(landed.sort()).toEqual([...heads].sort());
    const files = await userGit(shop.vault.gitDir, ['--git-dir=.', 'ls-tree', '--name-only', tip, 'race/']);
    expect(files.split('\n')).toHaveLength(8);
  });
});

/** As a landing run does: compute, commit, record, push; from the start again when somebody was faster. */
async function raceToLand(machine: Machine, branch: string, base: string): Promise<string> {
  const subjectId = newId();
  for (;;) {
    const fetched = await machine.vault.fetch([EPIC, branch]);
    if (!fetched.ok) throw new Error(fetched.refusal.sentence);
    const [tip, head] = [fetched.value.get(EPIC) ?? '', fetched.value.get(branch) ?? ''];
    const computed = await machine.landing.compute({ tip, head, base, tree: await machine.vault.treeOf(head) });
    if (computed.kind !== 'clean' || computed.class === 'overlap') throw new Error(JSON.stringify(computed));
    const newTip = await machine.landing.commit({ tip, head, tree: computed.tree, message: `Merge ${branch}\n`, at: 1_700_000_000 });
    const intent = await machine.landing.recordIntent({ subjectId, branch: EPIC, expectedTip: tip, newTip, head });
    const pushed = await machine.landing.push(intent);
    if (pushed.kind === 'landed') return head;
    if (pushed.kind !== 'tip_moved') throw new Error(JSON.stringify(pushed));
  }
}
