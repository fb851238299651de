import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../../test-support/index.js';
import { git } from '../../rig/sample/repository.js';

/** Something that stands still until the test lets it go on. */
export interface Hold {
  /** Resolves when somebody stands there. */
  reached(): Promise<void>;
  release(): Promise<void>;
}

const COMMIT = { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.com', GIT_COMMITTER_NAME: 'Ada', GIT_COMMITTER_EMAIL: 'ada@example.com' };

/**
 * The remote of a scenario: a bare repository with one commit, whose hook lets the test hold and refuse pushes, and a command beside it
 * that the project validates with, which the test can hold too.
 */
export class Origin {
  readonly bare: string;
  /** The command of the project's validation: holds while the test says so, then runs `check.sh` of the tree, if there is one. */
  readonly validate: string;
  /** The commit of `main` at the beginning. */
  first = '';

  constructor(private readonly folder: string) {
    this.bare = join(folder, 'origin.git');
    this.validate = join(folder, 'validate.sh');
  }

  async make(files: Readonly<Record<string, string>>): Promise<void> {
    const work = join(this.folder, 'making');
    await mkdir(work, { recursive: true });
    await git(work, ['init', '-q', '-b', 'main']);
    await commitFiles(work, files, 'Begin');
    await git(work, ['clone', '-q', '--bare', work, this.bare]);
    await rm(work, { recursive: true });
    this.first = await this.tip('main');
    await script(join(this.bare, 'hooks', 'pre-receive'), PRE_RECEIVE(this.folder));
    await script(this.validate, VALIDATE(this.folder));
  }

  git(...args: string[]): Promise<string> {
    return git(this.bare, args);
  }

  tip(branch: string): Promise<string> {
    return this.git('rev-parse', '--verify', `refs/heads/${branch}`);
  }

  async branches(): Promise<readonly string[]> {
    return (await this.git('for-each-ref', '--format=%(refname:short)', 'refs/heads')).split('\n').filter((name) => name !== '');
  }

  /** Content of a file on a branch, or undefined. */
  file(branch: string, path: string): Promise<string | undefined> {
    return this.git('show', `${branch}:${path}`).catch(() => undefined);
  }

  /** Subjects of the landings that a branch or commit holds, newest first. */
  async landed(at: string): Promise<readonly string[]> {
    return (await this.git('log', '--merges', '--format=%s', `${this.first}..${at}`)).split('\n').filter((subject) => /^Merge \S+:/.test(subject));
  }

  /** A person commits these files on a branch, and pushes, past the hook. */
  async commit(branch: string, files: Readonly<Record<string, string>>, message = 'By hand'): Promise<string> {
    const work = join(this.folder, `by-hand-${Math.random().toString(36).slice(2)}`);
    await git(this.folder, ['clone', '-q', '--branch', branch, this.bare, work]);
    await commitFiles(work, files, message);
    const commit = await git(work, ['rev-parse', 'HEAD']);
    await this.git('fetch', '-q', work, `HEAD:refs/heads/${branch}`);
    await rm(work, { recursive: true });
    return commit;
  }

  /** A person merges one branch into another. */
  async merge(into: string, from: string): Promise<void> {
    const work = join(this.folder, `merging-${Math.random().toString(36).slice(2)}`);
    await git(this.folder, ['clone', '-q', '--branch', into, this.bare, work]);
    await git(work, ['merge', '-q', '--no-ff', '-m', 'Merged by hand', `origin/${from}`], COMMIT);
    await this.git('fetch', '-q', work, `HEAD:refs/heads/${into}`);
    await rm(work, { recursive: true });
  }

  /** Pushes to refs that match this `case` pattern of the shell stand still, before the remote takes them. */
  holdPush(pattern: string): Promise<Hold> {
    return this.hold('push', pattern);
  }

  /** Pushes to refs that match are refused, until the answer is called. */
  async refusePush(pattern: string): Promise<() => Promise<void>> {
    const file = join(this.folder, 'refuse');
    await writeFile(file, pattern);
    return () => rm(file, { force: true });
  }

  /** The remote's server dies, and what stands still at the hook with it. */
  async vanish(): Promise<void> {
    await rename(this.bare, `${this.bare}.gone`);
    const held = await readFile(join(this.folder, 'hold-push.pid'), 'utf8').catch(() => '');
    if (held !== '') process.kill(Number(held), 'SIGKILL');
  }

  reappear(): Promise<void> {
    return rename(`${this.bare}.gone`, this.bare);
  }

  /** The validation stands still, wherever it runs. */
  holdValidation(): Promise<Hold> {
    return this.hold('validation', '*');
  }

  private async hold(name: string, pattern: string): Promise<Hold> {
    const file = join(this.folder, `hold-${name}`);
    const reached = `${file}.reached`;
    await rm(reached, { force: true });
    await writeFile(file, pattern);
    return {
      reached: async () => void (await waitFor(() => existsSync(reached), { what: `a ${name} that stands still in ${this.folder}`, timeoutMs: 60_000 })),
      release: () => rm(file, { force: true }),
    };
  }
}

const PRE_RECEIVE = (folder: string): string => `
while read -r old new ref; do
  if [ -e '${folder}/hold-push' ]; then
    case "$ref" in $(cat '${folder}/hold-push')) echo $$ > '${folder}/hold-push.pid'; : > '${folder}/hold-push.reached'; while [ -e '${folder}/hold-push' ]; do sleep 0.02; done ;; esac
  fi
  if [ -e '${folder}/refuse' ]; then
    case "$ref" in $(cat '${folder}/refuse')) echo 'not now' >&2; exit 1 ;; esac
  fi
done
exit 0
`;

const VALIDATE = (folder: string): string => `
if [ -e '${folder}/hold-validation' ]; then : > '${folder}/hold-validation.reached'; while [ -e '${folder}/hold-validation' ]; do sleep 0.02; done; fi
[ -e check.sh ] || exit 0
exec sh ./check.sh
`;

async function script(path: string, body: string): Promise<void> {
  await writeFile(path, `#!/bin/sh${body}`);
  await chmod(path, 0o755);
}

async function commitFiles(work: string, files: Readonly<Record<string, string>>, message: string): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(work, path, '..'), { recursive: true });
    await writeFile(join(work, path), content, { mode: content.startsWith('#!') ? 0o755 : 0o644 });
  }
  await git(work, ['add', '-A']);
  await git(work, ['commit', '-q', '-m', message], COMMIT);
}
