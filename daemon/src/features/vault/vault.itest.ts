import fc from 'fast-check';
import { existsSync } from 'node:fs';
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../platform/clock.js';
import { Git } from '../../platform/git.js';
import { EPIC, PATH, PROJECT, makeRemote, newId, newLane, openMachine, putFiles, scratchFolder, userGit } from '../../test-support/git-fixture.js';
import type { Machine, Scratch } from '../../test-support/git-fixture.js';
import { branchNameProblem } from './domain/branch-name.js';
import { credentialSettings } from './domain/remote.js';
import { VaultStore } from './vault-store.js';

const WHO = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@example.test', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@example.test' };

describe('the vault', () => {
  let scratch: Scratch;
  let remote: string;
  let seed: string;
  let main: string;
  let machine: Machine;
  beforeAll(async () => {
    scratch = await scratchFolder();
    ({ remote, seed, main } = await makeRemote(scratch.folder));
    machine = await openMachine(join(scratch.folder, 'home'), remote);
  });
  afterAll(() => scratch.remove());

  it('refuses everybody but the daemon, and every command that could drop an object a lane borrows', async () => {
    const { gitDir } = machine.vault;
    await machine.vault.fetch(['main']);
    await userGit(gitDir, ['--git-dir=.', 'update-ref', 'refs/heads/planted', main], { mayFail: true });
    await userGit(seed, ['push', '-q', gitDir, 'main:refs/heads/planted'], { mayFail: true });
    expect(await userGit(gitDir, ['--git-dir=.', 'for-each-ref', 'refs/heads'])).toBe('');
    await userGit(gitDir, ['--git-dir=.', 'hash-object', '-w', '--stdin'], { stdin: 'borrowed by a lane\n' });
    for (const command of [['prune', '--expire=now'], ['repack', '-a', '-d', '-q'], ['gc', '--prune=now', '-q']]) await userGit(gitDir, ['--git-dir=.', ...command], { mayFail: true });
    const blob = await userGit(gitDir, ['--git-dir=.', 'hash-object', '--stdin'], { stdin: 'borrowed by a lane\n' });
    expect(await userGit(gitDir, ['--git-dir=.', 'cat-file', '-p', blob])).toBe('borrowed by a lane');
  });

  it('creates the epic once, also when two machines do', async () => {
    const other = await openMachine(join(scratch.folder, 'other-home'), remote);
    const request = { epicBranch: EPIC, baseBranch: 'main' };
    const both = await Promise.all([machine.vault.bootstrapEpic(request), other.vault.bootstrapEpic(request)]);
    for (const one of both) expect(one).toMatchObject({ ok: true, value: { tip: main } });
    expect(both.some((one) => one.ok && one.value.created)).toBe(true);
    expect(await machine.vault.bootstrapEpic(request)).toEqual({ ok: true, value: { tip: main, created: false } });
    expect(await machine.vault.readRemoteTip(EPIC)).toEqual({ ok: true, value: main });
  });

  it('fetches again when somebody else of this machine was at the same ref, and takes nothing back that a fetch has seen', async () => {
    const { vault } = await openMachine(join(scratch.folder, 'raced-home'), remote);
    const lock = join(vault.gitDir, 'refs/remotes/origin/main.lock');
    await mkdir(dirname(lock), { recursive: true });
    await writeFile(lock, '');
    const run = vault.git.run.bind(vault.git);
    let fetches = 0;
    const watched = vi.spyOn(vault.git, 'run').mockImplementation(async (asked) => {
      const result = await run(asked);
      if (asked.args[0] === 'fetch' && (fetches += 1) === 1) await rm(lock);
      return result;
    });
    expect(await vault.fetch(['main'])).toEqual({ ok: true, value: new Map([['main', main]]) });
    expect(fetches).toBe(2);
    watched.mockRestore();

    const [first, second] = [await vault.text(['commit-tree', `${main}^{tree}`, '-p', main, '-m', '1'], { environment: WHO }), await vault.text(['commit-tree', `${main}^{tree}`, '-p', main, '-m', '2'], { environment: WHO })];
    await vault.bootstrapEpic({ epicBranch: 'raced', baseBranch: 'main' });
    // What a fetch saw that came after this push and was noted before it.
    await vault.writeRef('refs/remotes/origin/raced', second);
    expect(await vault.push({ commit: first, branch: 'raced', expected: main })).toEqual({ kind: 'pushed' });
    expect(await vault.knownTip('raced')).toBe(second);
    expect(await vault.fetch(['raced'])).toMatchObject({ ok: true, value: new Map([['raced', first]]) });
  });

  it('reads a ref wherever git keeps it', async () => {
    const { vault } = machine;
    await vault.writeRef('refs/maestro/runs/packed', main);
    expect(await vault.readRef('refs/maestro/runs/packed')).toBe(main);
    await vault.upkeep({ force: true });
    expect(existsSync(join(vault.gitDir, 'refs/maestro/runs/packed'))).toBe(false);
    expect(await vault.readRef('refs/maestro/runs/packed')).toBe(main);
    expect(await vault.readRef('refs/maestro/runs')).toBeNull();
    expect(await vault.readRef('refs/../HEAD')).toBeNull();
  });

  it('says what is in the way of an epic', async () => {
    const blocked = await makeRemote(await subfolder(scratch, 'blocked'));
    await userGit(blocked.remote, ['--git-dir=.', 'branch', 'epic', 'main']);
    const { vault } = await openMachine(join(scratch.folder, 'blocked-home'), blocked.remote);
    expect(await vault.bootstrapEpic({ epicBranch: EPIC, baseBranch: 'main' })).toMatchObject({ ok: false, refusal: { code: 'epic_name_blocked', sentence: expect.stringContaining('"epic"') as string } });
    expect(await vault.bootstrapEpic({ epicBranch: 'plan/x', baseBranch: 'trunk' })).toMatchObject({ ok: false, refusal: { code: 'base_branch_missing' } });
    expect(await vault.bootstrapEpic({ epicBranch: '-oProxyCommand=x', baseBranch: 'main' })).toMatchObject({ ok: false, refusal: { code: 'bad_branch_name' } });
    await mkdir(join(blocked.remote, 'hooks'), { recursive: true });
    await writeFile(join(blocked.remote, 'hooks/pre-receive'), '#!/bin/sh\necho "release freeze until Monday" >&2\nexit 1\n', { mode: 0o755 });
    expect(await vault.bootstrapEpic({ epicBranch: 'plan/x', baseBranch: 'main' })).toMatchObject({ ok: false, refusal: { code: 'push_refused', sentence: expect.stringContaining('release freeze until Monday') as string } });
  });

  it('says why a remote cannot be used', async () => {
    const gone = await openMachine(join(scratch.folder, 'gone-home'), join(scratch.folder, 'nowhere'));
    expect(await gone.vault.fetch(['main'])).toMatchObject({ ok: false, refusal: { code: 'unreachable' } });
    await putFiles(seed, { 'second.txt': '2\n' });
    await userGit(seed, ['add', '-A']);
    await userGit(seed, ['commit', '-q', '-m', 'Second']);
    await userGit(scratch.folder, ['clone', '-q', '--depth', '1', `file://${seed}`, 'shallow']);
    const shallow = await openMachine(join(scratch.folder, 'shallow-home'), join(scratch.folder, 'shallow'));
    expect(await shallow.vault.fetch(['main'])).toMatchObject({ ok: false, refusal: { code: 'shallow_origin' } });
    expect(await shallow.vault.knownTip('main')).toBeNull();
  });

  it('works with a partial clone that is whole, and says what to do about one that is not', async () => {
    await userGit(remote, ['config', 'uploadpack.allowFilter', 'true']);
    const partial = join(scratch.folder, 'partial');
    // As people make them; its files are there, for they are checked out.
    await userGit(scratch.folder, ['clone', '-q', '--filter=blob:none', `file://${remote}`, partial]);
    const whole = await openMachine(join(scratch.folder, 'whole-home'), partial);
    expect(await whole.vault.fetch(['main'])).toMatchObject({ ok: true });
    const lane = await newLane(whole, (await whole.vault.knownTip('main')) ?? '');
    expect(await userGit(lane.path, ['status', '--porcelain'])).toBe('');

    await userGit(scratch.folder, ['clone', '-q', '--filter=blob:none', '--no-checkout', `file://${remote}`, 'holes']);
    const holes = await openMachine(join(scratch.folder, 'holes-home'), join(scratch.folder, 'holes'));
    const fetched = await holes.vault.fetch(['main']);
    expect(fetched).toMatchObject({ ok: false, refusal: { code: 'partial_origin' } });
    expect(fetched.ok ? '' : fetched.refusal.sentence).toContain('--refetch --no-filter');
    expect(await holes.vault.knownTip('main')).toBeNull();
    // What the sentence says is what helps.
    await userGit(join(scratch.folder, 'holes'), ['fetch', '-q', '--refetch', '--no-filter']);
    expect(await holes.vault.fetch(['main'])).toMatchObject({ ok: true });
  });

  it('works with a person’s working copy that has no remote, and leaves its files alone', async () => {
    const own = join(scratch.folder, 'own');
    await userGit(scratch.folder, ['clone', '-q', remote, own]);
    await userGit(own, ['remote', 'remove', 'origin']);
    await putFiles(own, { 'unsaved.txt': 'mine\n' });
    const at = await openMachine(join(scratch.folder, 'own-home'), own);
    const epic = await at.vault.bootstrapEpic({ epicBranch: EPIC, baseBranch: 'main' });
    if (!epic.ok) throw new Error(epic.refusal.sentence);
    const lane = await newLane(at, epic.value.tip);
    await putFiles(lane.path, { 'work.txt': 'work\n' });
    expect(await at.lanes.collect(lane, { runId: newId(), taskKey: 'SHOP-1', message: 'work' })).toMatchObject({ ok: true });
    expect(await at.lanes.pushBranch(lane)).toMatchObject({ kind: 'pushed' });
    expect(await userGit(own, ['branch', '--list', '--format=%(refname:short)'])).toBe([EPIC, 'main', lane.branch].sort().join('\n'));
    expect([await userGit(own, ['status', '--porcelain']), await userGit(own, ['symbolic-ref', '--short', 'HEAD'])]).toEqual(['?? unsaved.txt', 'main']);
  });

  it('opens only what is safe to talk to, on a git that is safe to use', async () => {
    const git = await Git.open({ emptyHome: join(scratch.folder, 'git-home'), path: PATH });
    const store = new VaultStore({ home: join(scratch.folder, 'store-home'), git, clock: systemClock() });
    for (const url of ['ext::sh -c id', 'EXT::sh -c id', 'file:///etc', 'http://host/x', '--upload-pack=id', 'https://-oProxyCommand=id/x', 'ssh://-oProxyCommand=id/x', '-x@host:y']) {
      expect(await store.open({ projectId: PROJECT, remote: { kind: 'url', url }, baseBranch: 'main' })).toMatchObject({ ok: false, refusal: { code: 'bad_remote' } });
    }
    expect(await store.open({ projectId: PROJECT, remote: { kind: 'path', path: 'relative' }, baseBranch: 'main' })).toMatchObject({ ok: false, refusal: { code: 'bad_remote' } });
    await expect(store.open({ projectId: '../x', remote: { kind: 'path', path: remote }, baseBranch: 'main' })).rejects.toThrow('vault_project_id');
    const old = Object.create(git, { versionText: { value: 'git version 2.39.3' } }) as Git;
    const refused = await new VaultStore({ home: join(scratch.folder, 'old-home'), git: old, clock: systemClock() }).open({ projectId: PROJECT, remote: { kind: 'path', path: remote }, baseBranch: 'main' });
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'git_too_old', sentence: expect.stringContaining('2.39.4') as string } });
  });

  it('removes locks that a killed git left', async () => {
    const home = join(scratch.folder, 'locked-home');
    const first = await openMachine(home, remote);
    await first.vault.fetch(['main']);
    const lock = join(first.vault.gitDir, 'refs/remotes/origin/main.lock');
    await writeFile(lock, '');
    await utimes(lock, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
    await openMachine(home, remote);
    expect(existsSync(lock)).toBe(false);
  });

  it('fetches what exists and says of the rest that it does not', async () => {
    const fetched = await machine.vault.fetch(['none', 'main', 'also-none']);
    if (!fetched.ok) throw new Error(fetched.refusal.sentence);
    expect([...fetched.value]).toEqual([['none', null], ['main', main], ['also-none', null]]);
  });

  it('shows reviewers a diff without running what the repository or the environment names', async () => {
    const proof = join(scratch.folder, 'ran');
    await putFiles(seed, { '.gitattributes': '*.ts diff=evil filter=evil\n', 'src/tax.ts': 'export const tax = 0.2;\n', 'b\tin.dat': Uint8Array.from([0, 1, 2]) });
    await userGit(seed, ['add', '-A']);
    await userGit(seed, ['commit', '-q', '-m', 'Change']);
    await userGit(seed, ['push', '-q', remote, 'HEAD:refs/heads/change']);
    const fetched = await machine.vault.fetch(['change', 'main']);
    const head = fetched.ok ? fetched.value.get('change') : null;
    process.env['GIT_EXTERNAL_DIFF'] = `touch ${proof};`;
    process.env['GIT_CONFIG_PARAMETERS'] = `'diff.external'='touch ${proof};'`;
    try {
      const diff = await machine.vault.diff({ base: main, head: head ?? '', maxBytes: 100_000 });
      expect(diff.truncated).toBe(false);
      expect(diff.text).toContain('-export const tax = 0.19;\n+export const tax = 0.2;\n');
      expect(diff.files.map((file) => [file.status, file.path, file.added, file.removed])).toEqual([
        ['A', '.gitattributes', 1, 0],
        ['A', 'b\tin.dat', null, null],
        ['A', 'second.txt', 1, 0],
        ['M', 'src/tax.ts', 1, 1],
      ]);
      const cut = await machine.vault.diff({ base: main, head: head ?? '', maxBytes: 120 });
      expect(cut.truncated).toBe(true);
      expect(cut.text.endsWith('\n')).toBe(true);
    } finally {
      delete process.env['GIT_EXTERNAL_DIFF'];
      delete process.env['GIT_CONFIG_PARAMETERS'];
    }
    expect(existsSync(proof)).toBe(false);
  });

  it('does not believe a replace ref, also not one in the vault itself', async () => {
    const fake = await userGit(seed, ['commit-tree', 'HEAD^{tree}', '-m', 'fake']);
    await userGit(seed, ['push', '-q', remote, `${fake}:refs/heads/fake`]);
    await machine.vault.fetch(['fake']);
    await mkdir(join(machine.vault.gitDir, 'refs/replace'), { recursive: true });
    await writeFile(join(machine.vault.gitDir, 'refs/replace', main), `${fake}\n`);
    expect(await userGit(machine.vault.gitDir, ['--git-dir=.', 'log', '-1', '--format=%s', main])).toBe('fake');
    expect(await machine.vault.text(['log', '-1', '--format=%s', main])).toBe('Start');
  });

  it('finds the commit of a branch that brought another one in', async () => {
    const { seed: folder, remote: origin } = await makeRemote(await subfolder(scratch, 'brought-in'));
    // Each with words of its own: empty commits of one second would be one and the same.
    const commit = async (): Promise<string> => {
      await userGit(folder, ['commit', '-q', '--allow-empty', '-m', newId()]);
      return userGit(folder, ['rev-parse', 'HEAD']);
    };
    const merge = async (branch: string): Promise<string> => {
      await userGit(folder, ['merge', '-q', '--no-ff', '-m', `Merge ${branch}`, branch]);
      return userGit(folder, ['rev-parse', 'HEAD']);
    };
    await userGit(folder, ['checkout', '-q', '-b', 'side']);
    const side = await commit();
    await userGit(folder, ['checkout', '-q', '-b', 'through', 'main']);
    await commit();
    await merge('side');
    await userGit(folder, ['checkout', '-q', 'main']);
    const straight = await commit();
    const early = await commit();
    const brought = await merge('through');
    await commit();
    const late = await commit();
    await userGit(folder, ['push', '-q', origin, 'main', 'side', 'through']);
    const { vault } = await openMachine(join(scratch.folder, 'brought-in-home'), origin);
    await vault.fetch(['main', 'side', 'through']);
    expect(await vault.broughtIn(side, late)).toBe(brought);
    expect(await vault.broughtIn(straight, late), 'it is on the branch itself').toBe(straight);
    expect(await vault.broughtIn(early, late)).toBe(early);
    expect(await vault.broughtIn(late, late)).toBe(late);
    await expect(vault.broughtIn(late, early)).rejects.toThrow('vault_not_held');
  });

  it('keeps late work as evidence, here and on the remote', async () => {
    const runId = newId();
    expect(await machine.vault.keepLate(runId, main)).toEqual({ kind: 'pushed' });
    expect(await machine.vault.keepLate(runId, main)).toEqual({ kind: 'pushed' });
    expect(await userGit(remote, ['--git-dir=.', 'rev-parse', `refs/maestro/late/${runId}`])).toBe(main);
  });

  it('takes no branch name that git would refuse', async () => {
    const names = fc.sample(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,12}$/), 200).filter((name) => branchNameProblem(name) === null);
    expect(names.length).toBeGreaterThan(20);
    for (const name of names.slice(0, 40)) await userGit(seed, ['check-ref-format', '--branch', name]);
  });

  it('reads the settings that reach a remote from the user\'s own git, and gives their helpers the user\'s home', async () => {
    const home = await subfolder(scratch, "pat's home");
    await writeFile(join(home, '.gitconfig'), '[credential]\n\thelper = store\n[core]\n\tfsmonitor = /bin/false\n');
    await writeFile(join(home, '.git-credentials'), 'https://pat:s3cret@host.test\n');
    const listing = await machine.vault.git.userSettings({ home, path: PATH, repository: seed });
    const settings = credentialSettings(listing, home).map((setting) => [setting.slice(0, setting.indexOf('=')), setting.slice(setting.indexOf('=') + 1)] as const);
    expect(settings.map(([key]) => key)).toContain('credential.helper');
    const filled = await machine.vault.git.run({ args: ['credential', 'fill'], cwd: scratch.folder, settings, stdin: 'protocol=https\nhost=host.test\n\n' });
    expect(filled.stdout.toString('utf8')).toContain('password=s3cret');
  });
});

async function subfolder(scratch: Scratch, name: string): Promise<string> {
  const path = join(scratch.folder, name);
  await mkdir(path);
  return path;
}
