/**
 * Taking commits from a repository that an agent owns.
 *
 * Words used here:
 * - **quarantine**: a throw-away bare repository that borrows the vault's objects. What a lane sends is received and judged there;
 *   refused objects never reach the vault, where nothing could remove them.
 * - **gate**: one check of what was received. **candidate**: the commit being judged.
 */

/** Why nothing was taken. Each comes with a sentence that says what to do. */
export type ImportRefusalCode =
  /** The lane's `.git` is not the plain repository that was made: a link, a redirection, objects borrowed elsewhere, a pipe. */
  | 'lane_redirected'
  /** Its repository does not give the branch out. */
  | 'lane_unreadable'
  | 'not_a_commit'
  | 'unrelated_history'
  | 'multiple_merge_bases'
  | 'too_large'
  | 'too_many_files'
  | 'forbidden_path'
  | 'forbidden_mode'
  | 'forbidden_text'
  | 'nested_repository'
  | 'submodule_change'
  | 'lfs_content'
  /** git's own object checks refused something. */
  | 'objects_refused'
  /** A file or folder could not be read in full. */
  | 'unreadable_files'
  | 'git_timeout';

export interface ImportPolicy {
  /** Bytes of one file. Default 50 MiB; hosts refuse 100 MiB. */
  readonly maxFileBytes: number;
  /** Bytes of everything new together, unpacked. Default 512 MiB. */
  readonly maxTotalBytes: number;
  /** New objects. Default 200,000. */
  readonly maxNewObjects: number;
  /** Files in the whole tree. Default 1,000,000. */
  readonly maxTreeEntries: number;
  /** Whether submodules may be added, moved or removed. Default false. */
  readonly submodules: boolean;
  /** Milliseconds for each git command of an import. Default 60,000. */
  readonly timeoutMs: number;
}

export const DEFAULT_IMPORT_POLICY: ImportPolicy = {
  maxFileBytes: 50 * 1024 ** 2,
  maxTotalBytes: 512 * 1024 ** 2,
  maxNewObjects: 200_000,
  maxTreeEntries: 1_000_000,
  submodules: false,
  timeoutMs: 60_000,
};

/** A candidate that passed every gate. */
export interface Judged {
  readonly head: string;
  readonly tree: string;
  /** The one merge base with the branch it is meant for. */
  readonly base: string;
  readonly baseTree: string;
  /** How many commits `base..head` has. */
  readonly commits: number;
}
