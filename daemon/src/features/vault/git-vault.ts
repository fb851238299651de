import { join } from 'node:path';
import { CHANGE_LIMITS } from '@maestro/protocol';
import { ExclusiveSections } from '../../platform/exclusive-sections.js';
import { failpointsOf } from '../../platform/failpoints.js';
import type { Failpoints } from '../../platform/failpoints.js';
import type { Git, GitResult, GitRun } from '../../platform/git.js';
import { GitFailure } from '../../platform/git.js';
import { SharedUse } from '../../platform/shared-use.js';
import { bootstrapEpic } from './bootstrap.js';
import { branchNameProblem } from './domain/branch-name.js';
import type { ToldChange } from './domain/change.js';
import { parseNumstat, parseRawDiff } from './domain/raw-diff.js';
import type { LineCount, RawEntry } from './domain/raw-diff.js';
import { ownWords, pushRefusalKind } from './domain/remote.js';
import { readChange } from './vault-change.js';
import { evict, noteUse, standingOf } from './vault-evict.js';
import { makeVault } from './vault-folder.js';
import { prune } from './vault-prune.js';
import { churnOf, listTree, readBlobs } from './vault-reader.js';
import type { TreeEntry } from './vault-reader.js';
import { VaultRefs, objectName, trackingRef } from './vault-refs.js';
import { RemoteRepository } from './vault-remote.js';
import { keepUp } from './vault-upkeep.js';
import type { Upkeep } from './vault-upkeep.js';
import type { Answer, BootstrapRefusalCode, ChangedFile, Evicted, Pruned, PruneRequest, PushOutcome, RemoteLocation, RemoteRefusalCode, Vault, VaultDiff, VaultStanding } from './vault.types.js';

export interface GitVaultOptions {
  readonly projectId: string;
  readonly folder: string;
  readonly baseBranch: string;
  readonly remote: RemoteLocation;
  readonly failpoints?: Failpoints;
}

/** Enough for any honest tree; one of 10^10 entries ends here instead of in all memory. */
const READ_LIMITS = { memoryBytes: 4 * 1024 ** 3 };
/** Longer than any one holder may take: git's own time limit ends a fetch. */
const MAX_LOCK_WAIT_MS = 20 * 60_000;

/** The vault as the git features use it: everything of {@link Vault}, and git itself in it. */
export class GitVault implements Vault {
  readonly projectId: string;
  readonly folder: string;
  readonly gitDir: string;
  readonly baseBranch: string;
  readonly remote: RemoteLocation;
  readonly remoteRepository: RemoteRepository;
  /**
   * `refs`: short writes to the vault's own refs. `fetch`: what the remote says, which may take minutes and must not hold up the
   * first. They spare writers retries; correctness rests on git's ref locks and on compare-and-swap. `spares`, `upkeep`: what is done
   * in the background, once on a machine.
   */
  readonly locks: ExclusiveSections<'refs' | 'fetch' | 'spares' | 'upkeep'>;
  /** Who is at work with the vault. Every command of {@link git} is; what takes several says so with {@link shared}. */
  readonly use: SharedUse;
  private readonly failpoints: Failpoints;
  /** git in the vault, in what borrows its objects, and in what is taken into it. Waits while the vault is put in order. */
  readonly git: Git;

  private readonly refs: VaultRefs;

  constructor(
    /** The same without waiting, for whoever is alone with the vault. */
    readonly ownGit: Git,
    options: GitVaultOptions,
  ) {
    this.projectId = options.projectId;
    this.folder = options.folder;
    this.gitDir = join(options.folder, 'vault.git');
    this.baseBranch = options.baseBranch;
    this.remote = options.remote;
    this.failpoints = options.failpoints ?? failpointsOf(undefined);
    // What was removed to make room is made again by the next who needs it.
    this.use = new SharedUse(join(options.folder, 'marks'), () => makeVault(options.folder));
    this.git = ownGit.within((action) => this.use.during(action));
    this.remoteRepository = new RemoteRepository(this.git, options.remote);
    this.locks = new ExclusiveSections(options.folder, MAX_LOCK_WAIT_MS);
    this.refs = new VaultRefs(this.git, this.gitDir, (action) => this.locks.exclusive('refs', action));
  }

  /** Keeps the vault from being put in order for as long as `action` takes. */
  shared<T>(action: () => Promise<T>): Promise<T> {
    return this.use.during(action);
  }

  /** git in the vault. */
  run(args: readonly string[], more: Omit<GitRun, 'args' | 'gitDir'> = {}): Promise<GitResult> {
    return this.git.run({ gitDir: this.gitDir, ...more, args });
  }

  text(args: readonly string[], more: Omit<GitRun, 'args' | 'gitDir'> = {}): Promise<string> {
    return this.git.text({ gitDir: this.gitDir, ...more, args });
  }

  fetch(branches: readonly string[], signal?: AbortSignal): Promise<Answer<ReadonlyMap<string, string | null>, RemoteRefusalCode>> {
    for (const branch of branches) {
      const problem = branchNameProblem(branch);
      if (problem !== null) return Promise.resolve({ ok: false, refusal: { code: 'bad_branch_name', sentence: `The branch name "${branch.slice(0, 80)}" ${problem}. Rename the branch.` } });
    }
    return this.shared(() => this.locks.exclusive('fetch', () => this.fetchNamed([...new Set(branches)], signal)));
  }

  async readRemoteTip(branch: string): Promise<Answer<string | null, RemoteRefusalCode>> {
    const refs = await this.remoteRepository.list(this.gitDir, [`refs/heads/${branch}`]);
    return refs.ok ? { ok: true, value: refs.value.get(`refs/heads/${branch}`) ?? null } : refs;
  }

  knownTip(branch: string): Promise<string | null> {
    return this.readRef(trackingRef(branch));
  }

  bootstrapEpic(request: { epicBranch: string; baseBranch: string }): Promise<Answer<{ tip: string; created: boolean }, BootstrapRefusalCode>> {
    return this.shared(() => bootstrapEpic(this, request));
  }

  async push(request: { commit: string; branch: string; expected: string | null; signal?: AbortSignal }): Promise<PushOutcome> {
    const { commit, branch, expected, signal } = request;
    const problem = branchNameProblem(branch);
    if (problem !== null) return { kind: 'refused', sentence: `The branch name "${branch.slice(0, 80)}" ${problem}.` };
    const ref = `refs/heads/${branch}`;
    const attempt = await this.remoteRepository.push(this.gitDir, [{ ref, to: objectName(commit), expected }], signal);
    if (attempt.kind === 'failed') return this.afterSilence(request, attempt.sentence);
    const report = attempt.refs.find((candidate) => candidate.to === ref);
    if (report === undefined) return { kind: 'unknown', sentence: 'The remote did not say what became of the push.' };
    if (report.flag !== '!') {
      // A fetch in the meantime may have seen what came on top of it, which is not to be forgotten.
      await this.refs.advance(trackingRef(branch), expected, commit);
      await noteUse(this);
      return { kind: 'pushed' };
    }
    const words = ownWords(attempt.stderr) || report.summary;
    if (pushRefusalKind(report, attempt.stderr) === 'refused') return { kind: 'refused', sentence: words };
    return this.afterLostRace(request, words);
  }

  upkeep(options: { readonly force?: boolean } = {}): Promise<Upkeep> {
    return this.shared(() => keepUp(this, options.force ?? false));
  }

  prune(request: PruneRequest, failpoints = this.failpoints): Promise<Pruned> {
    return prune(this, request, failpoints);
  }

  standing(): Promise<VaultStanding> {
    return standingOf(this);
  }

  evict(neededBy: PruneRequest['neededBy']): Promise<Evicted> {
    return evict(this, neededBy);
  }

  stay(): Promise<() => void> {
    return this.use.stay();
  }

  async keepLate(runId: string, commit: string): Promise<PushOutcome> {
    if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(runId)) throw new Error('vault_run_id: letters, digits and hyphens only');
    const ref = `refs/maestro/late/${runId}`;
    await this.writeRef(ref, commit);
    const attempt = await this.remoteRepository.push(this.gitDir, [{ ref, to: commit, expected: null }]);
    if (attempt.kind === 'failed') return { kind: 'unknown', sentence: attempt.sentence };
    const report = attempt.refs.find((candidate) => candidate.to === ref);
    return report?.flag === '!' ? { kind: 'refused', sentence: ownWords(attempt.stderr) || report.summary } : { kind: 'pushed' };
  }

  hasCommit(commit: string): Promise<boolean> {
    return this.run(['cat-file', '-t', objectName(commit)]).then((result) => result.code === 0 && result.stdout.toString('latin1').trim() === 'commit');
  }

  treeOf(commit: string): Promise<string> {
    return this.text(['rev-parse', '--verify', '--end-of-options', `${objectName(commit)}^{tree}`]);
  }

  async treesOf(one: string, other: string): Promise<readonly [string, string]> {
    const [first = '', second = ''] = (await this.text(['rev-parse', `${objectName(one)}^{tree}`, `${objectName(other)}^{tree}`])).split('\n');
    return [objectName(first), objectName(second)];
  }

  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    const result = await this.run(['merge-base', '--is-ancestor', objectName(ancestor), objectName(descendant)]);
    if (result.code === 0 || result.code === 1) return result.code === 0;
    throw new GitFailure('merge-base', result.code, result.stderr);
  }

  async broughtIn(commit: string, tip: string): Promise<string> {
    if (!(await this.isAncestor(commit, tip))) throw new Error('vault_not_held: the tip does not hold the commit');
    const line = (await this.text(['rev-list', '--first-parent', '--parents', objectName(tip), `^${objectName(commit)}`])).split('\n').filter((row) => row !== '');
    // Newest first, and whatever holds the commit stands before whatever does not: halving finds the border in a handful of questions.
    let [holds, lacks] = [0, line.length];
    while (lacks - holds > 1) {
      const middle = Math.floor((holds + lacks) / 2);
      if (await this.isAncestor(commit, (line[middle] ?? '').split(' ')[0] ?? '')) holds = middle;
      else lacks = middle;
    }
    const [bringer = commit, firstParent] = (line[holds] ?? '').split(' ').filter((name) => name !== '');
    return firstParent === commit ? commit : bringer;
  }

  mergeBases(one: string, other: string): Promise<readonly string[]> {
    return mergeBasesIn(this.git, this.gitDir, one, other);
  }

  /** The changes between two commits or trees, entry by entry. */
  async rawDiff(from: string, to: string): Promise<readonly RawEntry[]> {
    const args = ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', '--no-ext-diff', '--no-textconv', objectName(from), objectName(to)];
    return parseRawDiff((await this.git.must({ gitDir: this.gitDir, args, limits: READ_LIMITS })).toString('latin1'));
  }

  /** Lines that came and went, by path as git's bytes. */
  private async lineCounts(from: string, to: string): Promise<ReadonlyMap<string, LineCount>> {
    const args = ['diff-tree', '-r', '-z', '--numstat', '--no-renames', '--no-ext-diff', '--no-textconv', objectName(from), objectName(to)];
    return parseNumstat((await this.git.must({ gitDir: this.gitDir, args, limits: READ_LIMITS })).toString('latin1'));
  }

  async diff(request: { base: string; head: string; maxBytes: number }): Promise<VaultDiff> {
    const ends = [objectName(request.base), objectName(request.head)];
    const plain = ['--no-ext-diff', '--no-textconv', '--no-color', '--submodule=short'];
    const [entries, numbers, text] = await Promise.all([
      this.rawDiff(request.base, request.head),
      this.lineCounts(request.base, request.head),
      this.run(['diff-tree', '-r', '-p', '-M', '-l1000', '--full-index', '--src-prefix=a/', '--dst-prefix=b/', ...plain, ...ends], { maxOutputBytes: request.maxBytes, limits: READ_LIMITS }),
    ]);
    if (text.code !== 0) throw new GitFailure('diff-tree', text.code, text.stderr);
    return {
      text: wholeLines(text.stdout, text.truncated),
      truncated: text.truncated,
      files: entries.map((entry) => ({ ...entry, path: readablePath(entry.path), status: changeStatus(entry.status), ...(numbers.get(entry.path) ?? { added: null, removed: null }) })),
    };
  }

  async change({ base, head }: { base: string; head: string }): Promise<ToldChange> {
    const [entries, counts] = await Promise.all([this.rawDiff(base, head), this.lineCounts(base, head)]);
    return readChange(this.git, this.gitDir, [objectName(base), objectName(head)], entries, counts, CHANGE_LIMITS);
  }

  listTree(commit: string, most: number): Promise<readonly TreeEntry[] | null> {
    return listTree(this.git, this.gitDir, objectName(commit), most);
  }

  readBlobs(blobs: readonly { readonly blob: string; readonly size: number }[], signal?: AbortSignal): AsyncGenerator<ReadonlyMap<string, Buffer>> {
    return readBlobs(this.git, this.gitDir, blobs.map(({ blob, size }) => ({ blob: objectName(blob), size })), signal);
  }

  churn(commit: string, most: number): Promise<{ readonly commits: number; readonly paths: ReadonlyMap<string, number> }> {
    return churnOf(this.git, this.gitDir, objectName(commit), most);
  }

  /** The object a ref names, `null` if there is no such ref. */
  readRef(ref: string): Promise<string | null> {
    // Reading one may start no git, which would have said so.
    return this.shared(() => this.refs.read(ref));
  }

  /** Sets (`null`: deletes) one of the vault's own refs, whatever it was. */
  writeRef(ref: string, commit: string | null): Promise<void> {
    return this.refs.write(ref, commit);
  }

  /** Fetches any ref of the remote into a ref of the vault; `null`, and no ref in the vault either, if the remote has none. */
  async fetchRef(from: string, into: string): Promise<Answer<string | null, RemoteRefusalCode>> {
    return this.locks.exclusive('fetch', async () => {
      const attempt = await this.remoteRepository.fetch(this.gitDir, [`+${from}:${into}`]);
      if (attempt.kind === 'refused') return { ok: false, refusal: attempt.refusal };
      if (attempt.kind === 'fetched') return { ok: true, value: await this.readRef(into) };
      await this.writeRef(into, null);
      return { ok: true, value: null };
    });
  }

  private async fetchNamed(branches: string[], signal?: AbortSignal): Promise<Answer<ReadonlyMap<string, string | null>, RemoteRefusalCode>> {
    const missing: string[] = [];
    // One round trip when all of them exist, which is nearly always; git names one missing branch at a time.
    for (let wanted = branches; wanted.length > 0; wanted = wanted.filter((branch) => !missing.includes(branch))) {
      const attempt = await this.remoteRepository.fetch(
        this.gitDir,
        wanted.map((branch) => `+refs/heads/${branch}:${trackingRef(branch)}`),
        signal,
      );
      if (attempt.kind === 'refused') return { ok: false, refusal: attempt.refusal };
      if (attempt.kind === 'fetched') break;
      const branch = wanted.find((candidate) => `refs/heads/${candidate}` === attempt.ref);
      if (branch === undefined) throw new Error(`vault_fetch: git misses ${attempt.ref}, which was not asked for`);
      missing.push(branch);
      await this.writeRef(trackingRef(branch), null);
    }
    await noteUse(this);
    const tips = new Map<string, string | null>();
    for (const branch of branches) tips.set(branch, missing.includes(branch) ? null : await this.knownTip(branch));
    return { ok: true, value: tips };
  }

  private async afterLostRace(request: { commit: string; branch: string; expected: string | null }, words: string): Promise<PushOutcome> {
    const fetched = await this.fetch([request.branch]);
    if (!fetched.ok) return { kind: 'unknown', sentence: fetched.refusal.sentence };
    const tip = fetched.value.get(request.branch) ?? null;
    if (tip === request.commit) return { kind: 'pushed' };
    // Where it was expected after all: a lock left behind on the other side, which somebody has to remove there.
    return tip === request.expected ? { kind: 'refused', sentence: words } : { kind: 'moved', tip };
  }

  private async afterSilence(request: { commit: string; branch: string; expected: string | null }, words: string): Promise<PushOutcome> {
    const tip = await this.readRemoteTip(request.branch);
    if (!tip.ok) return { kind: 'unknown', sentence: words };
    if (tip.value === request.commit) {
      await this.refs.advance(trackingRef(request.branch), request.expected, request.commit);
      return { kind: 'pushed' };
    }
    const forbidden = /\b40[13]\b|denied|permission|read.?only|not allowed|unauthorized/i.test(words);
    return forbidden && tip.value === request.expected ? { kind: 'refused', sentence: words } : { kind: 'unknown', sentence: words };
  }
}

/** `merge-base --all` in any repository of the daemon. */
export async function mergeBasesIn(git: Git, gitDir: string, one: string, other: string): Promise<readonly string[]> {
  const result = await git.run({ gitDir, args: ['merge-base', '--all', objectName(one), objectName(other)] });
  if (result.code !== 0 && result.code !== 1) throw new GitFailure('merge-base', result.code, result.stderr);
  return result.stdout.toString('latin1').split('\n').filter(Boolean);
}

/** A path for people, from git's bytes. */
export function readablePath(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function changeStatus(status: string): ChangedFile['status'] {
  if (status === 'A' || status === 'M' || status === 'D' || status === 'T') return status;
  throw new Error(`diff_status_unknown: ${status}`);
}

function wholeLines(bytes: Buffer, cut: boolean): string {
  return (cut ? bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1) : bytes).toString('utf8');
}
