import type { Git, GitRun } from '../../platform/git.js';
import { GitInterrupted } from '../../platform/git.js';
import type { PushedRef } from './domain/remote.js';
import { fetchProblem, isAllowedRemoteUrl, ownWords, parsePushReport } from './domain/remote.js';
import type { Answer, GitRefusal, RemoteLocation, RemoteRefusalCode } from './vault.types.js';

/** One ref to be changed on the remote. `to: null` deletes it; `expected: null` means that it must not exist. */
export interface RefUpdate {
  readonly ref: string;
  readonly to: string | null;
  readonly expected: string | null;
}

export type PushAttempt =
  /** The remote answered for each ref. */
  | { readonly kind: 'reported'; readonly refs: readonly PushedRef[]; readonly stderr: string }
  /** It did not: no connection, no permission, or it broke off. */
  | { readonly kind: 'failed'; readonly sentence: string };

export type FetchAttempt = { readonly kind: 'fetched' } | { readonly kind: 'missing'; readonly ref: string } | { readonly kind: 'refused'; readonly refusal: GitRefusal<RemoteRefusalCode> };

const LIST_TIMEOUT_MS = 60_000;
const TRANSFER_TIMEOUT_MS = 15 * 60_000;
/** A push that arrives while a fetch runs moves the ref that the fetch is about to move. What was fetched stays, so the next try is short. */
const FETCH_TRIES = 5;

/** The name stands in for the address in every command, so that credentials in a URL never show up in the process list. */
const NAME = 'project';

/** Faults of tools long gone, which old histories are full of and which harm nobody. Lanes get no such leniency. */
const TOLERATED_IN_HISTORY = ['badTimezone', 'badDate', 'badDateOverflow', 'zeroPaddedDate', 'missingSpaceBeforeDate', 'missingSpaceBeforeEmail', 'missingNameBeforeEmail', 'missingEmail', 'badEmail', 'badName', 'zeroPaddedFilemode', 'missingTaggerEntry'];

/** The project's remote, reached from a bare repository of the daemon. */
export class RemoteRepository {
  constructor(
    private readonly git: Git,
    readonly location: RemoteLocation,
  ) {}

  /** `null` when the address is one that Maestro talks to. */
  static problem(location: RemoteLocation): string | null {
    if (location.kind === 'path') return location.path.startsWith('/') && !location.path.includes('\0') ? null : 'A manual project needs the absolute path of its repository.';
    return isAllowedRemoteUrl(location.url) ? null : 'The remote must be https://…, ssh://… or user@host:path. Change the project\'s clone URL.';
  }

  async fetch(gitDir: string, refspecs: readonly string[], signal?: AbortSignal): Promise<FetchAttempt> {
    const args = ['fetch', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--no-recurse-submodules', '--refmap=', NAME, ...refspecs];
    try {
      for (let left = FETCH_TRIES; ; left -= 1) {
        const result = await this.git.run({ ...this.reach(gitDir), args, timeoutMs: TRANSFER_TIMEOUT_MS, signal });
        const problem = fetchProblem(result.code, result.stderr);
        if (problem === null) return { kind: 'fetched' };
        if (problem.kind === 'missing_ref') return { kind: 'missing', ref: problem.ref };
        if (problem.kind !== 'raced' || left <= 1) return { kind: 'refused', refusal: fetchRefusal(problem.kind, result.stderr) };
      }
    } catch (error) {
      return { kind: 'refused', refusal: interruptedRefusal(error) };
    }
  }

  /** Refs of the remote that match one of the patterns, without fetching anything. */
  async list(gitDir: string, patterns: readonly string[]): Promise<Answer<ReadonlyMap<string, string>, RemoteRefusalCode>> {
    try {
      const result = await this.git.run({ ...this.reach(gitDir), args: ['ls-remote', '-q', '--refs', NAME, ...patterns], timeoutMs: LIST_TIMEOUT_MS });
      if (result.code !== 0) return { ok: false, refusal: fetchRefusal('other', result.stderr) };
      const lines = result.stdout.toString('utf8').split('\n');
      const refs = new Map(lines.flatMap((line) => (/^[0-9a-f]{40,64}\t/.test(line) ? [[line.slice(line.indexOf('\t') + 1), line.slice(0, line.indexOf('\t'))] as const] : [])));
      return { ok: true, value: refs };
    } catch (error) {
      return { ok: false, refusal: interruptedRefusal(error) };
    }
  }

  /** Each ref moves only if it is where it is expected to be. */
  async push(gitDir: string, updates: readonly RefUpdate[], signal?: AbortSignal): Promise<PushAttempt> {
    const leases = updates.map((update) => `--force-with-lease=${update.ref}:${update.expected ?? ''}`);
    const refspecs = updates.map((update) => `${update.to ?? ''}:${update.ref}`);
    const fixed = ['push', '--porcelain', '--no-verify', '--no-follow-tags', '--recurse-submodules=no', '--no-signed'];
    try {
      const result = await this.git.run({ ...this.reach(gitDir), args: [...fixed, ...leases, NAME, ...refspecs], timeoutMs: TRANSFER_TIMEOUT_MS, signal });
      const refs = parsePushReport(result.stdout.toString('utf8'));
      if (updates.every((update) => refs.some((ref) => ref.to === update.ref))) return { kind: 'reported', refs, stderr: result.stderr };
      return { kind: 'failed', sentence: ownWords(result.stderr) || 'git push ended without a word.' };
    } catch (error) {
      return { kind: 'failed', sentence: interruptedRefusal(error).sentence };
    }
  }

  /** Whether the remote is somebody's own clone with this branch checked out, where a push would pull the files from under them. */
  async isCheckedOut(branch: string): Promise<boolean> {
    if (this.location.kind !== 'path') return false;
    const { path } = this.location;
    const args = ['rev-parse', '--absolute-git-dir'];
    // A working tree is asked from inside. A git folder has to be named as one: git takes no bare repository that it merely stands in.
    const inside = await this.git.run({ cwd: path, args });
    const gitDir = inside.code === 0 ? inside : await this.git.run({ gitDir: path, args });
    if (gitDir.code !== 0) return false;
    const listing = await this.git.run({ gitDir: gitDir.stdout.toString('utf8').trimEnd(), args: ['worktree', 'list', '--porcelain', '-z'] });
    return listing.stdout
      .toString('utf8')
      .split('\0\0')
      .some((worktree) => worktree.split('\0').includes(`branch refs/heads/${branch}`) && !worktree.split('\0').includes('bare'));
  }

  private reach(gitDir: string): Pick<GitRun, 'gitDir' | 'protocols' | 'settings'> {
    const { location } = this;
    const settings: (readonly [string, string])[] = TOLERATED_IN_HISTORY.map((id) => [`fetch.fsck.${id}`, 'warn'] as const);
    if (location.kind === 'path') return { gitDir, protocols: 'file', settings: [...settings, [`remote.${NAME}.url`, location.path]] };
    settings.push(['core.sshCommand', 'ssh -oBatchMode=yes']);
    for (const setting of location.settings ?? []) {
      const cut = setting.indexOf('=');
      settings.push([setting.slice(0, cut), setting.slice(cut + 1)]);
    }
    return { gitDir, protocols: 'network', settings: [...settings, [`remote.${NAME}.url`, location.url]] };
  }
}

function fetchRefusal(kind: 'raced' | 'shallow' | 'partial' | 'objects_refused' | 'other', stderr: string): GitRefusal<RemoteRefusalCode> {
  switch (kind) {
    case 'shallow':
      return { code: 'shallow_origin', sentence: 'The remote is a shallow clone, whose history is cut off. Run `git fetch --unshallow` in it, or use the repository it came from.' };
    case 'partial':
      return { code: 'partial_origin', sentence: 'The remote is a partial clone, which does not have all of its content. Run `git fetch --refetch --no-filter` in it, or use the repository it came from.' };
    case 'objects_refused':
      return { code: 'objects_refused', sentence: `git refused what the remote sent: ${ownWords(stderr)} Run \`git fsck\` there and repair it.` };
    case 'raced':
      return { code: 'unreachable', sentence: `What was fetched could not be noted: ${ownWords(stderr)} Try again.` };
    case 'other':
      return { code: 'unreachable', sentence: `The remote cannot be read: ${ownWords(stderr)} Check the address and that this machine may read it.` };
  }
}

function interruptedRefusal(error: unknown): GitRefusal<RemoteRefusalCode> {
  if (!(error instanceof GitInterrupted)) throw error;
  return { code: 'git_timeout', sentence: error.reason === 'timeout' ? 'The remote did not answer in time. Check the connection and try again.' : 'Talking to the remote was broken off.' };
}
