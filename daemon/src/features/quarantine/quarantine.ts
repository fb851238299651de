import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git, GitResult, GitRun } from '../../platform/git.js';
import { GitFailure, GitInterrupted } from '../../platform/git.js';
import type { GitSandbox } from '../../platform/git-sandbox.js';
import { PLAIN_UPLOAD_PACK } from '../../platform/git-sandbox.js';
import { ownWords } from '../vault/index.js';
import type { Answer, GitVault } from '../vault/index.js';
import { inspectLaneRepository } from './lane-repository.js';
import type { ImportPolicy, ImportRefusalCode } from './quarantine.types.js';

/** Where a received branch ends up in the quarantine. */
const CANDIDATE = 'refs/in';

const QUIET_FETCH = ['-q', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--no-recurse-submodules', '--refmap='];

/** A lane's pack may be this many times its policy's total, for it is compressed badly at worst. */
const PACK_SLACK = 2;

/** One throw-away repository. Always `dispose` of it. */
export class Quarantine {
  private constructor(
    readonly vault: GitVault,
    readonly gitDir: string,
    private readonly policy: ImportPolicy,
  ) {}

  /** @param have commits that the lane has too, so that only what is new is sent. */
  static async open(vault: GitVault, have: readonly string[], policy: ImportPolicy): Promise<Quarantine> {
    const gitDir = join(vault.folder, 'quarantine', `${randomBytes(9).toString('hex')}.git`);
    for (const part of ['objects/info', 'objects/pack', 'refs/have']) await mkdir(join(gitDir, part), { recursive: true, mode: 0o700 });
    await writeFile(join(gitDir, 'HEAD'), 'ref: refs/heads/unborn\n');
    await writeFile(join(gitDir, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
    await writeFile(join(gitDir, 'objects/info/alternates'), `${vaultObjects(vault)}\n`);
    for (const [index, commit] of have.entries()) await writeFile(join(gitDir, 'refs/have', String(index)), `${commit}\n`);
    return new Quarantine(vault, gitDir, policy);
  }

  get git(): Git {
    return this.vault.git;
  }

  /** git in here, under the policy's time limit. */
  run(args: readonly string[], more: Omit<GitRun, 'args' | 'gitDir'> = {}): Promise<GitResult> {
    return this.git.run({ gitDir: this.gitDir, timeoutMs: this.policy.timeoutMs, ...more, args });
  }

  async text(args: readonly string[], more: Omit<GitRun, 'args' | 'gitDir'> = {}): Promise<string> {
    return this.git.text({ gitDir: this.gitDir, timeoutMs: this.policy.timeoutMs, ...more, args });
  }

  /**
   * Receives a branch of a lane. `null`: the lane has no repository any more.
   *
   * @throws GitInterrupted when the lane makes git wait, as a pipe in place of a configuration file does.
   */
  async receive(folder: string, branch: string, sandbox: GitSandbox | null): Promise<Answer<string | null, ImportRefusalCode>> {
    const look = await inspectLaneRepository(folder, vaultObjects(this.vault));
    if (look === 'missing') return { ok: true, value: null };
    if (look !== 'plain') {
      return no('lane_redirected', `The lane's .git ${look.wrong}. Its commits were not taken and its files were left alone: put the repository back as it was, or copy the files to a new lane.`);
    }
    const result = await this.pull(folder, [`+refs/heads/${branch}:${CANDIDATE}`], sandbox);
    if (result.code !== 0) return receiveRefusal(branch, result.code, result.stderr);
    return this.candidate(branch);
  }

  /**
   * Receives everything a lane's repository points at, unjudged but for git's object checks, and keeps it in the vault below
   * `prefix`. Answers the refs kept: none when the repository gives nothing out.
   */
  async rescue(folder: string, prefix: string, sandbox: GitSandbox | null): Promise<readonly string[]> {
    if ((await inspectLaneRepository(folder, vaultObjects(this.vault))) !== 'plain') return [];
    // The pattern instead of "refs/stash": a ref that is named and missing would fail the whole fetch.
    await this.pull(folder, ['+refs/heads/*:refs/rescue/heads/*', '+refs/stas*:refs/rescue/stas*'], sandbox);
    await this.pull(folder, ['+HEAD:refs/rescue/HEAD'], sandbox);
    const found = await this.text(['for-each-ref', '--format=%(refname)', 'refs/rescue']);
    if (found === '') return [];
    await this.intoVault([`+refs/rescue/*:${prefix}/*`]);
    return found.split('\n').map((ref) => ref.replace('refs/rescue', prefix));
  }

  private pull(folder: string, refspecs: readonly string[], sandbox: GitSandbox | null): Promise<GitResult> {
    const uploadPack = sandbox === null ? PLAIN_UPLOAD_PACK : sandbox.uploadPack([folder, vaultObjects(this.vault)]);
    // A mode such as 100777 is shown as an ordinary one everywhere later, so the object check is the only place to refuse it.
    const fixed = ['-c', 'fetch.fsck.badFilemode=error', 'fetch', ...QUIET_FETCH, `--upload-pack=${uploadPack}`];
    return this.run([...fixed, '--', join(folder, '.git'), ...refspecs], { protocols: 'file', limits: { fileBytes: this.policy.maxTotalBytes * PACK_SLACK } });
  }

  /** The commit in `refs/in`. A shallow file makes git end with 0 and write nothing; blobs, trees and tags are taken as branches. */
  private async candidate(branch: string): Promise<Answer<string, ImportRefusalCode>> {
    const listing = await this.text(['for-each-ref', '--format=%(objecttype) %(objectname)', CANDIDATE]);
    if (listing === '') return no('lane_unreadable', `The lane gave out nothing for its branch "${branch}", as a shallow repository does. Commit on that branch in a full repository.`);
    const [type, name] = listing.split(' ');
    if (type !== 'commit' || name === undefined) return no('not_a_commit', `The lane's branch "${branch}" is a ${type ?? 'nothing'}, not a commit. Point it at a commit.`);
    return { ok: true, value: name };
  }

  /** Brings a judged commit into the vault under `ref`, whatever that ref was. */
  async admit(commit: string, ref: string): Promise<void> {
    await this.text(['update-ref', '--no-deref', CANDIDATE, commit]);
    await this.intoVault([`+${CANDIDATE}:${ref}`]);
  }

  private async intoVault(refspecs: readonly string[]): Promise<void> {
    const args = ['fetch', ...QUIET_FETCH, '--', this.gitDir, ...refspecs];
    await this.vault.locks.exclusive('refs', () => this.vault.text(args, { protocols: 'file', timeoutMs: this.policy.timeoutMs }));
  }

  async dispose(): Promise<void> {
    await rm(this.gitDir, { recursive: true, force: true });
  }
}

export function vaultObjects(vault: GitVault): string {
  return join(vault.gitDir, 'objects');
}

/** Runs what reads a lane; a git that had to be killed, or that stumbled over what the lane holds, becomes a refusal. */
export async function withinTime<T, C extends string>(action: () => Promise<Answer<T, C>>): Promise<Answer<T, C | 'git_timeout' | 'lane_unreadable'>> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof GitFailure) {
      return { ok: false, refusal: { code: 'lane_unreadable', sentence: `git could not read the lane: ${ownWords(error.stderr)} Its files were left alone.` } };
    }
    if (!(error instanceof GitInterrupted)) throw error;
    return {
      ok: false,
      refusal: { code: 'git_timeout', sentence: 'git did not come to an end while reading the lane, as when a pipe stands in place of a file. Remove what is not a plain file, then try again.' },
    };
  }
}

function receiveRefusal(branch: string, code: number | null, stderr: string): Answer<never, ImportRefusalCode> {
  const words = ownWords(stderr);
  // Over the file limit git is ended by a signal (SIGXFSZ), or its helper is and it says so.
  if (code === null || code > 128 + 20 || /signal 25|File too large/i.test(stderr)) return no('too_large', 'The lane has more new content than one task may have. Take large files out of its commits, or raise the limit.');
  if (/couldn't find remote ref/.test(stderr)) return no('lane_unreadable', `The lane has no branch "${branch}" any more. Create it at the commit that is to be taken.`);
  if (/fsck|error in (object|tree|commit|blob)|object corrupt|unpack|index-pack|missing|did not send all/i.test(stderr)) return no('objects_refused', `git refused the lane's objects: ${words} Make the commits anew without them.`);
  return no('lane_unreadable', `The lane's repository could not be read: ${words} Its files were left alone.`);
}

function no(code: ImportRefusalCode, sentence: string): Answer<never, ImportRefusalCode> {
  return { ok: false, refusal: { code, sentence } };
}
