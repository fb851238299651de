import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProcess, startProcess } from '../../platform/process.js';
import { bundle } from '../../test-support/bundle.js';
import type { Bundle } from '../../test-support/bundle.js';
import { EPIC, PATH, agentGit, newId, newLane, openMachine, putFiles, shopWithEpic, userGit } from '../../test-support/git-fixture.js';
import { waitFor } from '../../test-support/wait-for.js';

type Shop = Awaited<ReturnType<typeof shopWithEpic>>;

/** See prune-victim.ts. A pack is added without its index first, and loses its index first. */
const STEPS = ['prune:copied:1', 'git:repack', 'prune:added:1', 'prune:removed:1'] as const;

describe('a vault that several processes are at', () => {
  let shop: Shop;
  let victim: Bundle;
  const killed = new Map<string, { readonly home: string; readonly gone: string; readonly signal: string | null; readonly said: string }>();
  const victimAt = (home: string, when: string) => ({ command: process.execPath, args: [victim.file, home, shop.remote, when], cwd: '/', env: { PATH } });

  beforeAll(async () => {
    [shop, victim] = await Promise.all([shopWithEpic(), bundle('test-support/prune-victim.ts')]);
    await putFiles(shop.seed, { 'src/secretly.ts': 'was here once\n' });
    await userGit(shop.seed, ['add', '-A']);
    await userGit(shop.seed, ['commit', '-q', '-m', 'To be taken back']);
    await userGit(shop.seed, ['push', '-q', shop.remote, `HEAD:refs/heads/${EPIC}`]);
    const gone = await userGit(shop.seed, ['rev-parse', 'HEAD']);
    const homes = STEPS.map((_step, at) => join(shop.scratch.folder, `home-${at}`));
    for (const home of homes) await (await openMachine(home, shop.remote)).vault.fetch(['main', EPIC]);
    await userGit(shop.remote, ['--git-dir=.', 'update-ref', `refs/heads/${EPIC}`, shop.tip]);
    await Promise.all(STEPS.map(async (step, at) => {
      const home = homes[at] ?? '';
      await (await openMachine(home, shop.remote)).vault.fetch([EPIC]);
      const { signal, stderr } = await runProcess({ ...victimAt(home, step), timeoutMs: 60_000 });
      killed.set(step, { home, gone, signal, said: stderr.toString('utf8') });
    }));
  });
  afterAll(async () => {
    await shop.scratch.remove();
    await victim.remove();
  });

  it.each(STEPS)('is whole and at work at once after the death of whoever pruned it (%s), and pruned by the next', async (step) => {
    const { home, gone, signal, said } = killed.get(step) ?? { home: '', gone: '', signal: null, said: 'not run' };
    expect([signal, said]).toEqual(['SIGKILL', '']);
    const machine = await openMachine(home, shop.remote);
    // What lanes do in the background would be one more who comes to the vault.
    await machine.lanes.close();
    expect(await machine.vault.text(['fsck', '--connectivity-only', '--no-dangling'])).toBe('');
    const lane = await newLane(machine, shop.tip);
    await agentGit(lane, ['fsck', '--connectivity-only', '--no-dangling']);
    expect(await machine.lanes.remove(lane, 'over')).toMatchObject({ ok: true });
    for (const { path } of await machine.lanes.trash()) await machine.lanes.discard(path);
    expect(await machine.vault.prune({ now: Date.now(), force: true, graceMs: 0, neededBy: () => machine.lanes.borrowers(), roots: () => Promise.resolve([]) })).toMatchObject({ kind: 'pruned' });
    expect([await machine.vault.hasCommit(gone), await machine.vault.hasCommit(shop.tip)]).toEqual([false, true]);
    const packs = (await readdir(join(machine.vault.gitDir, 'objects/pack'))).map((name) => name.replace(/\.[a-z]+$/, ''));
    expect(packs.filter((name) => packs.indexOf(name) === packs.lastIndexOf(name))).toEqual([]);
  });

  it('makes lanes while another process prunes without a break, and loses nothing of theirs', async () => {
    await shop.lanes.close();
    const pruner = await startProcess(victimAt(shop.home, 'until-killed'));
    pruner.stdin.end();
    let said = '';
    pruner.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
    const work = async (worker: number) => {
      const lane = await newLane(shop, shop.tip);
      await putFiles(lane.path, { [`src/w${worker}.ts`]: `${worker}\n` });
      const collected = await shop.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-1', message: 'work' });
      expect(collected).toMatchObject({ ok: true, value: { commits: 1 } });
      await agentGit(lane, ['fsck', '--connectivity-only', '--no-dangling']);
      // So that there is a time in which nobody borrows anything.
      expect(await shop.lanes.remove(lane, 'over')).toMatchObject({ ok: true });
      for (const { path } of await shop.lanes.trash()) await shop.lanes.discard(path);
    };
    try {
      await waitFor('a first prune', () => said.includes('"pruned"'));
      await Promise.all([0, 1].map(work));
      const last = await newLane(shop, shop.tip);
      await waitFor('a prune that sees the lane', () => said.includes('"needed"'));
      await agentGit(last, ['fsck', '--connectivity-only', '--no-dangling']);
    } finally {
      await pruner.stop(0);
    }
    expect(await shop.vault.text(['fsck', '--connectivity-only', '--no-dangling'])).toBe('');
  });
});
