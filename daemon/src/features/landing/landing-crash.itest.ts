import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProcess } from '../../platform/process.js';
import { bundle } from '../../test-support/bundle.js';
import type { Bundle } from '../../test-support/bundle.js';
import { EPIC, PATH, newId, putFiles, shopWithEpic, userGit } from '../../test-support/git-fixture.js';

type Shop = Awaited<ReturnType<typeof shopWithEpic>>;

describe('a daemon that is killed while it lands', () => {
  let shop: Shop;
  let victim: Bundle;
  beforeAll(async () => {
    [shop, victim] = await Promise.all([shopWithEpic(), bundle('test-support/landing-victim.ts')]);
    await mkdir(join(shop.remote, 'hooks'), { recursive: true });
    const hook = '#!/bin/sh\nif [ -f victim ]; then kill -9 "$(cat victim)"; rm victim; fi\nexit 0\n';
    await writeFile(join(shop.remote, 'hooks/pre-receive'), hook, { mode: 0o755 });
  });
  afterAll(async () => {
    await shop.scratch.remove();
    await victim.remove();
  });

  /** A finished head on the remote, made from the epic's first tip. */
  async function work(subjectId: string): Promise<string> {
    await userGit(shop.seed, ['checkout', '-q', '--detach', shop.tip]);
    await putFiles(shop.seed, { [`work/${subjectId}.txt`]: 'done\n' });
    await userGit(shop.seed, ['add', '-A']);
    await userGit(shop.seed, ['commit', '-q', '-m', subjectId]);
    await userGit(shop.seed, ['push', '-q', shop.remote, `HEAD:refs/heads/work/${subjectId}`]);
    return userGit(shop.seed, ['rev-parse', 'HEAD']);
  }

  /** Somebody else's commit on the epic, as another machine's landing. */
  async function siblingLands(): Promise<void> {
    const tip = await userGit(shop.remote, ['--git-dir=.', 'rev-parse', EPIC]);
    const commit = await userGit(shop.remote, ['--git-dir=.', 'commit-tree', `${tip}^{tree}`, '-p', tip, '-m', 'sibling']);
    await userGit(shop.remote, ['--git-dir=.', 'update-ref', `refs/heads/${EPIC}`, commit, tip]);
  }

  /** What the next daemon does with the task, from what is on disk and on the remote alone. */
  async function takeOver(subjectId: string, head: string): Promise<string> {
    const recovered = await shop.landing.recover(subjectId);
    if (!recovered.ok) throw new Error(recovered.refusal.sentence);
    if (recovered.value.kind === 'landed') return 'landed';
    if (recovered.value.kind === 'push_again') {
      const again = await shop.landing.push(recovered.value.intent);
      if (again.kind === 'landed') return 'pushed again';
    }
    const fetched = await shop.vault.fetch([EPIC, `work/${subjectId}`]);
    const tip = (fetched.ok ? fetched.value.get(EPIC) : null) ?? '';
    const computed = await shop.landing.compute({ tip, head, base: shop.tip, tree: await shop.vault.treeOf(head) });
    if (computed.kind === 'already_landed') return 'landed';
    if (computed.kind !== 'clean' || computed.class === 'overlap') throw new Error(JSON.stringify(computed));
    const newTip = await shop.landing.commit({ tip, head, tree: computed.tree, message: `Merge ${subjectId}\n`, at: 1_700_000_001 });
    const intent = await shop.landing.recordIntent({ subjectId, branch: EPIC, expectedTip: tip, newTip, head });
    expect(await shop.landing.push(intent)).toEqual({ kind: 'landed' });
    return 'computed anew';
  }

  const cases = [
    ['landing:computed', false, ['computed anew']],
    ['landing:committed', false, ['computed anew']],
    ['landing:recorded', false, ['pushed again']],
    ['landing:granted', false, ['pushed again']],
    ['landing:granted', true, ['computed anew']],
    // The push goes on without its daemon, so the next one may find it done or do it again; both are once.
    ['pushing', false, ['pushed again', 'landed']],
    ['landing:pushed', false, ['landed']],
    ['landing:pushed', true, ['landed']],
    ['landing:told', false, ['landed']],
  ] as const;

  it.each(cases)('after "%s" (a sibling landed meanwhile: %s) lands exactly once', async (point, sibling, endings) => {
    const subjectId = newId();
    const head = await work(subjectId);
    const killed = await runProcess({ command: process.execPath, args: [victim.file, shop.home, shop.remote, subjectId, head, point], cwd: '/', env: { PATH }, timeoutMs: 60_000 });
    expect([killed.signal, killed.stderr.toString('utf8')]).toEqual(['SIGKILL', '']);
    if (sibling) await siblingLands();
    expect(endings).toContain(await takeOver(subjectId, head));
    const merges = await userGit(shop.remote, ['--git-dir=.', 'log', '--merges', '--format=%P', EPIC]);
    expect(merges.split('\n').filter((line) => line.endsWith(` ${head}`))).toHaveLength(1);
    expect(await shop.landing.holds({ branch: EPIC, head })).toMatchObject({ ok: true, value: { holds: true } });
  });
});
