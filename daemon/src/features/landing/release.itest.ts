import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EPIC, openMachine, newId, putFiles, shopWithEpic, userGit } from '../../test-support/git-fixture.js';
import type { Machine } from '../../test-support/git-fixture.js';

type Shop = Awaited<ReturnType<typeof shopWithEpic>>;

describe('a release', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await shopWithEpic();
    await putFiles(shop.seed, { 'src/feature.ts': 'feature\n' });
    await userGit(shop.seed, ['add', '-A']);
    await userGit(shop.seed, ['commit', '-q', '-m', 'feature']);
    await userGit(shop.seed, ['push', '-q', shop.remote, `HEAD:refs/heads/${EPIC}`, 'HEAD:refs/heads/maestro/shop-1', 'HEAD:refs/heads/maestro/shop-2']);
  });
  afterAll(() => shop.scratch.remove());

  /** Epic to base, always as a merge commit. */
  async function release(machine: Machine, planId: string): Promise<{ newTip: string; branch: string }> {
    const fetched = await machine.vault.fetch(['main', EPIC]);
    const [tip, head] = fetched.ok ? [fetched.value.get('main') ?? '', fetched.value.get(EPIC) ?? ''] : ['', ''];
    const computed = await machine.landing.computeRelease({ tip, head });
    if (computed.kind !== 'clean') throw new Error(computed.kind);
    const newTip = await machine.landing.commit({ tip, head, tree: computed.tree, message: 'Release: shop\n', at: 1_700_000_000 });
    const target = await machine.landing.releaseTarget({ planId });
    const expectedTip = target.kind === 'branch' ? tip : null;
    const intent = await machine.landing.recordIntent({ subjectId: planId, branch: target.branch, expectedTip, newTip, head });
    expect(await machine.landing.push(intent)).toEqual({ kind: 'landed' });
    return { newTip, branch: target.branch };
  }

  it('goes to a side branch, with the one command to take it, while the base is checked out in somebody\'s clone', async () => {
    const clone = join(shop.scratch.folder, "pat's clone");
    await userGit(shop.scratch.folder, ['clone', '-q', shop.remote, clone]);
    await userGit(clone, ['branch', '-q', EPIC, `origin/${EPIC}`]);
    const machine = await openMachine(join(shop.scratch.folder, 'manual'), clone);
    const planId = newId();
    const before = await userGit(clone, ['rev-parse', 'main']);
    const { newTip, branch } = await release(machine, planId);
    expect(branch).toBe(`maestro/release/${planId}`);
    expect(await userGit(clone, ['rev-parse', 'main'])).toBe(before);
    expect(await userGit(clone, ['status', '--porcelain'])).toBe('');
    const target = await machine.landing.releaseTarget({ planId });
    if (target.kind !== 'side_branch') throw new Error(target.kind);
    // The command is what a person types, so a shell runs it here.
    await userGit(clone, ['-c', `alias.take=!${target.command}`, 'take']);
    expect(await userGit(clone, ['rev-parse', 'main'])).toBe(newTip);
    await userGit(clone, ['checkout', '-q', '--detach']);
    expect(await machine.landing.releaseTarget({ planId })).toEqual({ kind: 'branch', branch: 'main' });
  });

  it.each<readonly [string, (own: string, folder: string) => Promise<string>]>([
    ['a repository', (own) => Promise.resolve(own)],
    ['the git folder of a repository', (own) => Promise.resolve(join(own, '.git'))],
    [
      'a repository whose git folder is elsewhere',
      async (own, folder) => {
        await userGit(own, ['init', '-q', '--separate-git-dir', join(folder, 'elsewhere.git')]);
        return own;
      },
    ],
    [
      'a git folder with a working tree elsewhere',
      async (own, folder) => {
        await userGit(own, ['init', '-q', '--separate-git-dir', join(folder, 'configured.git')]);
        await userGit(own, ['config', 'core.worktree', own]);
        return join(folder, 'configured.git');
      },
    ],
    [
      'a bare repository with the base in a linked working tree',
      async (own, folder) => {
        await userGit(folder, ['clone', '-q', '--bare', own, join(folder, 'bare.git')]);
        await userGit(folder, ['--git-dir=bare.git', 'worktree', 'add', '-q', join(folder, 'linked'), 'main']);
        return join(folder, 'bare.git');
      },
    ],
    [
      'a linked working tree beside the one that has the base',
      async (own, folder) => {
        await userGit(own, ['worktree', 'add', '-q', '-b', 'mine', join(folder, 'beside')]);
        return join(folder, 'beside');
      },
    ],
  ])('goes to a side branch when the base is checked out in %s', async (_what, arrange) => {
    const folder = join(shop.scratch.folder, newId());
    const own = join(folder, 'own');
    await userGit(shop.scratch.folder, ['clone', '-q', shop.remote, own]);
    const machine = await openMachine(join(folder, 'home'), await arrange(own, folder));
    expect(await machine.landing.releaseTarget({ planId: newId() })).toMatchObject({ kind: 'side_branch' });
  });

  it('merges the epic into the base without a fast-forward, and finds it there afterwards', async () => {
    const { newTip } = await release(shop, newId());
    const [tip, ...parents] = (await userGit(shop.remote, ['--git-dir=.', 'log', '-1', '--format=%H %P', 'main'])).split(' ');
    expect(tip).toBe(newTip);
    expect(parents).toHaveLength(2);
    const epicTip = (await shop.vault.knownTip(EPIC)) ?? '';
    expect(await shop.landing.holds({ branch: 'main', head: epicTip })).toMatchObject({ ok: true, value: { holds: true, by: 'head' } });
    expect(await shop.landing.computeRelease({ tip: newTip, head: epicTip })).toEqual({ kind: 'already_landed', by: 'ancestry' });
  });

  it('is cleaned up by archiving every branch before it is deleted, and repeating that does no harm', async () => {
    const planId = newId();
    const branches = ['maestro/shop-1', 'maestro/shop-2', EPIC];
    const tip = await userGit(shop.remote, ['--git-dir=.', 'rev-parse', 'maestro/shop-1']);
    const archived = await shop.landing.archive({ planId, branches });
    expect(archived.ok && archived.value.map((one) => one.outcome)).toEqual(['archived_and_deleted', 'archived_and_deleted', 'archived_and_deleted']);
    expect(await userGit(shop.remote, ['--git-dir=.', 'rev-parse', `refs/maestro/archive/${planId}/maestro/shop-1`])).toBe(tip);
    expect(await userGit(shop.remote, ['--git-dir=.', 'for-each-ref', '--format=%(refname)', 'refs/heads'])).toBe('refs/heads/main');
    const again = await shop.landing.archive({ planId, branches });
    expect(again.ok && again.value.map((one) => one.outcome)).toEqual(['already_gone', 'already_gone', 'already_gone']);
  });
});
