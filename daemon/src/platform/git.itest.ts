import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Git, GitFailure, GitInterrupted } from './git.js';
import { runProcess } from './process.js';

const PATH = process.env['PATH'] ?? '';

describe('the trusted git command', () => {
  let folder: string;
  let git: Git;
  let repository: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'maestro-trusted-git-'));
    repository = join(folder, 'repository.git');
    git = await Git.open({ emptyHome: join(folder, 'home'), path: PATH });
    await git.must({ args: ['init', '-q', '--bare', repository], cwd: folder });
    const blob = await git.text({ gitDir: repository, args: ['hash-object', '-w', '--stdin'], stdin: 'x\n' });
    const tree = Array.from({ length: 1_000 }, (_, index) => `100644 blob ${blob}\tfile-${index}\0`).join('');
    await git.text({ gitDir: repository, args: ['update-ref', 'refs/trees/wide', await git.text({ gitDir: repository, args: ['mktree', '-z'], stdin: tree })] });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('says its version, and inherits nothing', async () => {
    expect(git.versionText).toMatch(/^git version \d/);
    const proof = join(folder, 'ran');
    process.env['GIT_SSH_COMMAND'] = `touch ${proof}`;
    process.env['GIT_DIR'] = '/nonexistent';
    try {
      expect(await git.text({ gitDir: repository, args: ['rev-parse', '--is-bare-repository'] })).toBe('true');
      await git.run({ gitDir: repository, args: ['ls-remote', 'ssh://host.test/x'], protocols: 'network', settings: [['core.sshCommand', '/bin/false']] });
    } finally {
      delete process.env['GIT_SSH_COMMAND'];
      delete process.env['GIT_DIR'];
    }
    expect(existsSync(proof)).toBe(false);
  });

  it('talks to no transport it was not given', async () => {
    for (const url of ['ext::sh -c id', 'file:///etc', 'https://host.test/x', folder]) {
      const result = await git.run({ gitDir: repository, args: ['ls-remote', '--', url] });
      expect(result.code).toBe(128);
      expect(result.stderr).toMatch(/transport '\w+' not allowed/);
    }
    // What a repository or its configuration allows does not count.
    const result = await git.run({ gitDir: repository, args: ['-c', 'protocol.ext.allow=always', 'ls-remote', '--', 'ext::sh -c id'], protocols: 'network' });
    expect(result.stderr).toContain("transport 'ext' not allowed");
  });

  it('never takes half an answer for a whole one', async () => {
    const run = { gitDir: repository, args: ['ls-tree', '-r', '-z', 'refs/trees/wide'] };
    await expect(git.must({ ...run, maxOutputBytes: 10_000 })).rejects.toThrow(GitFailure);
    expect(await git.fields(run, 1_000)).toHaveLength(1_000);
    expect(await git.fields(run, 999)).toBeNull();
    await expect(git.fields({ ...run, args: ['ls-tree', '-z', 'refs/trees/none'] }, 10)).rejects.toThrow(/git_failed: git ls-tree/);
  });

  it('ends the whole process group when time is over, or its caller gives up', async () => {
    const pipe = join(folder, `pipe-${process.pid}`);
    const made = await runProcess({ command: 'mkfifo', args: [pipe], cwd: folder, env: { PATH } });
    expect(made.code).toBe(0);
    const waiting = { gitDir: repository, args: ['hash-object', pipe] };
    await expect(git.run({ ...waiting, timeoutMs: 300 })).rejects.toMatchObject({ name: 'GitInterrupted', reason: 'timeout' });
    await expect(git.fields({ ...waiting, timeoutMs: 300 }, 10)).rejects.toThrow(GitInterrupted);
    await expect(git.run({ ...waiting, signal: AbortSignal.timeout(100) })).rejects.toMatchObject({ reason: 'aborted' });
    const left = await runProcess({ command: 'ps', args: ['-A', '-ww', '-o', 'args='], cwd: '/', env: { PATH } });
    expect(left.stdout.toString('utf8')).not.toContain(pipe);
  });

  it('looks at files through an index of its own, and not at the repository beside them', async () => {
    const files = join(folder, 'files');
    await mkdir(join(files, '.git'), { recursive: true });
    await writeFile(join(files, '.git/config'), '[core]\n\tfsmonitor = /bin/false\n\tbare = true\n');
    await writeFile(join(files, 'a.txt'), 'a\n');
    const look = { gitDir: repository, workTree: files, index: join(folder, 'index') };
    await git.must({ ...look, args: ['add', '-A'] });
    expect(await git.text({ ...look, args: ['ls-files'] })).toBe('a.txt');
  });
});
