import type { ToldChange } from './domain/change.js';
import type { TreeEntry } from './vault-reader.js';

/**
 * The vault: the daemon's own bare repository of one project, under `$MAESTRO_HOME/projects/<projectId>/vault.git`.
 *
 * Words used here:
 * - **remote**: where the project's commits are shared: a URL, or for a manual project the path of a repository on this machine.
 * - **tip**: the commit a branch points at. **base branch**: what the project releases to. **epic branch**: a plan's integration branch.
 * - **lease**: the tip a push expects to replace. A push whose lease does not hold changes nothing.
 *
 * Everything that can be expected to go wrong comes back as a {@link GitRefusal}; what is thrown is a defect or a broken machine.
 */

/** An expected "no". `sentence` is for a person and ends with what to do next. */
export interface GitRefusal<C extends string> {
  readonly code: C;
  readonly sentence: string;
  /** The paths it is about, where it is about paths. */
  readonly paths?: readonly string[];
}

export type Answer<T, C extends string> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: GitRefusal<C> };

export type RemoteLocation =
  | {
      readonly kind: 'url';
      /** `https://`, `ssh://` or `user@host:path`. Everything else is refused before git sees it. */
      readonly url: string;
      /** `key=value` settings that git needs to reach it (`credential.*`, `http.*`), read at connect: see `credentialSettings`. */
      readonly settings?: readonly string[];
    }
  | {
      readonly kind: 'path';
      /** Absolute. A bare repository or somebody's own clone; Maestro only fetches from it and pushes branches to it. */
      readonly path: string;
    };

/** Why the remote could not be read. */
export type RemoteRefusalCode =
  /** Network, address, credentials or the repository itself; the sentence carries git's own words. */
  | 'unreachable'
  /** The remote is a shallow clone: history is cut off, so nothing can be merged safely. */
  | 'shallow_origin'
  /** The remote is a partial clone that does not have what is asked for. */
  | 'partial_origin'
  /** The remote sent objects that git's own checks refuse. */
  | 'objects_refused'
  | 'bad_remote'
  | 'bad_branch_name'
  | 'git_timeout';

export type BootstrapRefusalCode =
  | RemoteRefusalCode
  | 'base_branch_missing'
  /** A branch such as `epic` stands where git needs the folder of `epic/…`. */
  | 'epic_name_blocked'
  | 'push_refused';

export type PushOutcome =
  | { readonly kind: 'pushed' }
  /** The lease did not hold; `tip` is where the remote stands, `null` when the branch does not exist there. */
  | { readonly kind: 'moved'; readonly tip: string | null }
  /** The other side said no. `sentence` has its words, trimmed. */
  | { readonly kind: 'refused'; readonly sentence: string }
  /** Nothing was sent, or nobody knows whether it arrived: read the remote before anything else. */
  | { readonly kind: 'unknown'; readonly sentence: string };

export interface PruneRequest {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /**
   * What borrows the vault's objects, or is at work with some that no ref names. Asked while nobody else is there, so what it says holds
   * until the end; therefore it must not use the vault. Anything at all is a reason to leave every object where it is.
   */
  readonly neededBy: () => Promise<readonly VaultNeed[]>;
  /** Commits to keep although no ref names them. Asked at the same time. */
  readonly roots: () => Promise<readonly string[]>;
  /** Also when the last one was a short while ago. */
  readonly force?: boolean;
  /** Milliseconds for which what nothing points at is kept after it was written. Default a day. */
  readonly graceMs?: number;
}

/** Why objects stay that no ref names. */
export type VaultNeed = 'lane' | 'spare' | 'checkout' | 'trash' | 'run' | 'landing';

export type Pruned =
  /** `freed`: bytes. */
  | { readonly kind: 'pruned'; readonly freed: number }
  | { readonly kind: 'not_due' }
  /** Somebody works there, or came while it was under way. Nothing is lost, and what was done already needs no second time. */
  | { readonly kind: 'in_use' }
  | { readonly kind: 'needed'; readonly by: readonly VaultNeed[] };

/** What is known of a vault without asking the remote. */
export interface VaultStanding {
  /** The last fetch or push, in milliseconds since the Unix epoch. */
  readonly usedAt: number;
  /** Commits of this machine that the remote is not known to have, snapshots among them. */
  readonly unpushed: number;
  /** A session of some process of this machine is for this project. */
  readonly connected: boolean;
  /** It holds no objects. */
  readonly empty: boolean;
}

export type Evicted = { readonly kind: 'gone' } | { readonly kind: 'kept'; readonly sentence: string };

export interface ChangedFile {
  readonly path: string;
  /** `T` is a change of type, such as a file that became a symbolic link. Renames are shown as `D` and `A`: nothing is guessed. */
  readonly status: 'A' | 'M' | 'D' | 'T';
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldBlob: string;
  readonly newBlob: string;
  /** Lines; `null` for a binary file. */
  readonly added: number | null;
  readonly removed: number | null;
}

export interface VaultDiff {
  /** A unified diff, at most `maxBytes` long and cut at the end of a line. */
  readonly text: string;
  readonly truncated: boolean;
  readonly files: readonly ChangedFile[];
}

/** What other features may ask of a project's vault. Made by `VaultStore.open`. */
export interface Vault {
  readonly projectId: string;
  readonly baseBranch: string;
  readonly remote: RemoteLocation;
  /** `$MAESTRO_HOME/projects/<projectId>`. */
  readonly folder: string;
  /** The bare repository in it. */
  readonly gitDir: string;

  /** Fetches branches of the remote; a branch that does not exist there has the tip `null`. */
  fetch(branches: readonly string[], signal?: AbortSignal): Promise<Answer<ReadonlyMap<string, string | null>, RemoteRefusalCode>>;
  /** Packs objects and refs when there are many, or in any case with `force`. Drops none; everything else may go on meanwhile. */
  upkeep(options?: { readonly force?: boolean }): Promise<{ readonly repacked: boolean; readonly packedRefs: boolean }>;
  /** Removes objects that nothing needs, if nobody is there. Never waits, and gives up when somebody comes. */
  prune(request: PruneRequest): Promise<Pruned>;
  standing(): Promise<VaultStanding>;
  /** Removes the vault if the remote has everything and nobody needs it; the next use makes it again, and fetches. Never waits. */
  evict(neededBy: PruneRequest['neededBy']): Promise<Evicted>;
  /** The project is connected: until the answer is called the vault is not removed. */
  stay(): Promise<() => void>;
  /** Asks the remote, without fetching. */
  readRemoteTip(branch: string): Promise<Answer<string | null, RemoteRefusalCode>>;
  /** The tip of `branch` as of the last fetch or push, `null` if there was none. */
  knownTip(branch: string): Promise<string | null>;
  /** Creates the epic branch at the base branch's tip. Repeating it returns the tip that exists; `created` is false then. */
  bootstrapEpic(request: { epicBranch: string; baseBranch: string }): Promise<Answer<{ tip: string; created: boolean }, BootstrapRefusalCode>>;
  /** Pushes a commit of the vault to a branch of the remote, if that branch is at `expected` (`null`: if it does not exist). */
  push(request: { commit: string; branch: string; expected: string | null; signal?: AbortSignal }): Promise<PushOutcome>;

  /**
   * Keeps the commit of a run that came too late as evidence, at `refs/maestro/late/<runId>`: in the vault in any case, on the remote
   * if it takes it.
   */
  keepLate(runId: string, commit: string): Promise<PushOutcome>;

  /** Whether `commit` is in the vault as a commit. */
  hasCommit(commit: string): Promise<boolean>;
  treeOf(commit: string): Promise<string>;
  /** Both in one go. */
  treesOf(one: string, other: string): Promise<readonly [string, string]>;
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  /** The commit on the first-parent line of `tip` that brought `commit` in: the merge, or `commit` itself when it stands on that line. Throws when `tip` lacks it. */
  broughtIn(commit: string, tip: string): Promise<string>;
  /** `merge-base --all`: none for unrelated histories, several after criss-cross merges. */
  mergeBases(one: string, other: string): Promise<readonly string[]>;
  /** For reviewers: text, files and counts of `base..head`, made without running anything that the repository configures. */
  diff(request: { base: string; head: string; maxBytes: number }): Promise<VaultDiff>;
  /** What the commits from `base` to `head` change, file by file, within the protocol's `CHANGE_LIMITS`. */
  change(request: { base: string; head: string }): Promise<ToldChange>;

  /** All files of a commit, in git's order; `null` when there are more than `most`. */
  listTree(commit: string, most: number): Promise<readonly TreeEntry[] | null>;
  /** Contents by blob name, in parts that fit into memory. */
  readBlobs(blobs: readonly { readonly blob: string; readonly size: number }[], signal?: AbortSignal): AsyncGenerator<ReadonlyMap<string, Buffer>>;
  /** In how many of the last `most` commits each path changed. */
  churn(commit: string, most: number): Promise<{ readonly commits: number; readonly paths: ReadonlyMap<string, number> }>;
}
