import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { SampleCommit } from './library.js';

const run = promisify(execFile);

/** Git that reads nobody's configuration, so that the sample is the same everywhere. */
export async function git(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const own = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: cwd, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C' };
  const { stdout } = await run('git', [...args], { cwd, env: { ...own, ...env }, maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

/**
 * Makes a bare repository at `bare` with this history on `main`, and a clone of it at `clone` for a person to work in. Bare, so that
 * `main` can receive the release.
 */
export async function makeRepository(bare: string, clone: string, history: readonly SampleCommit[]): Promise<void> {
  const work = `${bare}.making`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  await git(work, ['init', '-q', '-b', 'main']);
  for (const commit of history) await addCommit(work, commit);
  await git(work, ['clone', '-q', '--bare', work, bare]);
  await git(bare, ['remote', 'remove', 'origin']);
  await git(dirname(bare), ['clone', '-q', bare, clone]);
  await rm(work, { recursive: true, force: true });
}

async function addCommit(work: string, commit: SampleCommit): Promise<void> {
  for (const [path, content] of Object.entries(commit.files)) {
    await mkdir(dirname(join(work, path)), { recursive: true });
    await writeFile(join(work, path), content);
  }
  const [, name = '', email = ''] = /^(.*) <(.*)>$/.exec(commit.author) ?? [];
  const who = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_DATE: commit.date, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email, GIT_COMMITTER_DATE: commit.date };
  await git(work, ['add', '-A']);
  await git(work, ['commit', '-q', '-m', commit.message], who);
}
