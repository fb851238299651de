import { existsSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EPIC, agentGit, newId, newLane, putFiles, shopWithEpic, userGit } from '../../test-support/git-fixture.js';
import type { Lane } from './lanes.types.js';

type Shop = Awaited<ReturnType<typeof shopWithEpic>>;

const HOOKS = [
  ...['applypatch-msg', 'commit-msg', 'fsmonitor-watchman', 'p4-changelist', 'p4-pre-submit', 'p4-post-changelist', 'p4-prepare-changelist'],
  ...['post-applypatch', 'post-checkout', 'post-commit', 'post-index-change', 'post-merge', 'post-receive', 'post-rewrite', 'post-update'],
  ...['pre-applypatch', 'pre-auto-gc', 'pre-commit', 'pre-merge-commit', 'pre-push', 'pre-rebase', 'pre-receive', 'prepare-commit-msg'],
  ...['proc-receive', 'push-to-checkout', 'reference-transaction', 'sendemail-validate', 'update'],
];

/** Every setting that names a program, and attributes that call for the drivers. */
async function plant(lane: Lane, program: string): Promise<void> {
  const keys = [
    ...['core.fsmonitor', 'core.sshCommand', 'core.pager', 'core.editor', 'core.askPass', 'core.gitProxy', 'core.alternateRefsCommand', 'sequence.editor'],
    ...['diff.external', 'diff.evil.command', 'diff.evil.textconv', 'filter.evil.clean', 'filter.evil.smudge', 'filter.evil.process', 'merge.evil.driver'],
    ...['gpg.program', 'gpg.ssh.program', 'gpg.ssh.defaultKeyCommand', 'gpg.x509.program', 'credential.helper', 'uploadpack.packObjectsHook', 'receive.procReceiveRefs'],
    ...['remote.origin.uploadpack', 'remote.origin.receivepack', 'remote.origin.vcs', 'trailer.evil.command', 'trailer.evil.cmd', 'interactive.diffFilter', 'imap.tunnel'],
    ...['pager.log', 'pager.diff', 'pager.status', 'man.evil.cmd', 'browser.evil.cmd', 'difftool.evil.cmd', 'mergetool.evil.cmd', 'sendemail.sendmailcmd', 'guitool.evil.cmd'],
    ...['alias.status', 'alias.add', 'alias.fetch', 'alias.upload-pack'],
  ];
  for (const key of keys) await agentGit(lane, ['config', key, key.startsWith('alias.') ? `!${program}` : program]);
  for (const [key, value] of [['core.hooksPath', join(lane.path, '.git/hooks')], ['remote.origin.promisor', 'true'], ['extensions.partialClone', 'origin'], ['remote.origin.url', '.'], ['protocol.ext.allow', 'always'], ['commit.gpgSign', 'true']] as const) {
    await agentGit(lane, ['config', key, value]);
  }
  for (const hook of HOOKS) {
    await putFiles(lane.path, { [`.git/hooks/${hook}`]: `#!/bin/sh\n${program}\n` });
    await chmod(join(lane.path, '.git/hooks', hook), 0o755);
  }
  const attributes = '* filter=evil diff=evil merge=evil\n';
  await putFiles(lane.path, { '.gitattributes': attributes, '.git/info/attributes': attributes, 'src/.gitattributes': attributes });
}

describe('programs planted in a lane', () => {
  let shop: Shop;
  let proof: string;
  let program: string;
  beforeAll(async () => {
    shop = await shopWithEpic();
    proof = join(shop.scratch.folder, 'ran');
    program = join(shop.scratch.folder, 'planted.sh');
    await putFiles(shop.scratch.folder, { 'planted.sh': `#!/bin/sh\necho "$0 $*" >> '${proof}'\n` });
    await chmod(program, 0o755);
  });
  afterAll(() => shop.scratch.remove());

  it('run for the agent, and never for the daemon', async () => {
    const lane = await newLane(shop, shop.tip);
    await plant(lane, program);
    await agentGit(lane, ['-c', 'alias.status=', 'diff', '--stat'], { mayFail: true });
    expect(existsSync(proof), 'the plant works: git itself runs it in this lane').toBe(true);
    await rm(proof);

    await putFiles(lane.path, { 'src/cart.ts': 'export const cart = [2];\n', 'src/price.ts': 'theirs\n' });
    const collected = await shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-1', message: 'planted' });
    if (!collected.ok) throw new Error(collected.refusal.sentence);
    const { head, base, tree } = collected.value;
    expect(await shop.lanes.checkpoint(lane, { taskKey: 'SHOP-1' })).toMatchObject({ kind: 'pushed' });
    await shop.vault.diff({ base, head, maxBytes: 100_000 });
    const checkout = await shop.lanes.reviewCheckout({ runId: newId(), head, base });
    if (!checkout.ok) throw new Error(checkout.refusal.sentence);
    await checkout.value.dispose();

    const computed = await shop.landing.compute({ tip: shop.tip, head, base, tree });
    if (computed.kind !== 'clean') throw new Error(computed.kind);
    const commit = await shop.landing.commit({ tip: shop.tip, head, tree: computed.tree, message: 'Merge SHOP-1: planted\n', at: 1_700_000_000 });
    const intent = await shop.landing.recordIntent({ subjectId: lane.taskId, branch: EPIC, expectedTip: shop.tip, newTip: commit, head });
    expect(await shop.landing.push(intent)).toEqual({ kind: 'landed' });
    expect(existsSync(proof)).toBe(false);
  });

  it('do not run when the epic that has the attributes is merged, repaired, snapshotted and checked out again', async () => {
    const lane = await newLane(shop, shop.tip);
    await plant(lane, program);
    await putFiles(lane.path, { 'src/price.ts': 'ours\n' });
    const collected = await shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-2', message: 'ours' });
    if (!collected.ok) throw new Error(collected.refusal.sentence);
    const tip = (await shop.vault.knownTip(EPIC)) ?? '';
    expect(await shop.landing.compute({ tip, head: collected.value.head, base: collected.value.base, tree: collected.value.tree })).toMatchObject({ kind: 'conflict', paths: ['src/price.ts'] });
    expect(await shop.lanes.startRepair(lane, tip)).toMatchObject({ ok: true, value: { conflicts: ['src/price.ts'] } });
    expect(await shop.lanes.snapshot(lane, 'test')).toMatchObject({ ok: true });
    const again = await shop.lanes.prepare({ ...lane, start: { kind: 'resume', tip, head: null } });
    expect(again).toMatchObject({ ok: true, value: { from: 'existing' } });
    expect(await shop.lanes.remove(lane, 'test')).toMatchObject({ ok: true });
    expect(existsSync(proof)).toBe(false);
  });

  it('leave the lane no way to believe a forged index, or to hide a change from the daemon', async () => {
    const lane = await newLane(shop, shop.tip);
    await putFiles(lane.path, { 'src/tax.ts': 'export const tax = 0;\n', 'src/hidden.ts': 'hidden\n', '.git/info/exclude': '*\n' });
    await agentGit(lane, ['update-index', '--assume-unchanged', 'src/tax.ts']);
    await agentGit(lane, ['update-index', '--skip-worktree', 'src/cart.ts']);
    await rm(join(lane.path, 'src/cart.ts'));
    expect(await agentGit(lane, ['status', '--porcelain'])).toBe('');
    const collected = await shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-3', message: 'hidden' });
    if (!collected.ok) throw new Error(collected.refusal.sentence);
    expect(await userGit(shop.vault.gitDir, ['--git-dir=.', 'diff-tree', '-r', '--name-status', collected.value.base, collected.value.head])).toBe('D\tsrc/cart.ts\nA\tsrc/hidden.ts\nM\tsrc/tax.ts');
  });
});
