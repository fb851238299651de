import type { Answer, RemoteRefusalCode } from '../vault/index.js';
import type { MergeClass } from './domain/approval-class.js';

/**
 * Landing: an approved head becomes part of the epic branch, exactly once, without a checkout. Releasing an epic to the base
 * branch is the same with other names.
 *
 * The order is compute, validate the result (elsewhere), commit, record the intent, push, and after any doubt: recover.
 * What landed is read from the fetched branch by ancestry, never from a message, a trailer or this machine's memory.
 */

/** What an approval names, as the studio stored it. */
export interface Approved {
  /** The branch's tip now. */
  readonly tip: string;
  readonly head: string;
  /** The one merge base that the reviewer's diff started from. */
  readonly base: string;
  /** The head's tree. */
  readonly tree: string;
}

export type Computed =
  /** The branch has the head, or everything the head changes. */
  | { readonly kind: 'already_landed'; readonly by: 'ancestry' | 'content' }
  | {
      readonly kind: 'clean';
      readonly class: MergeClass;
      /** The tree that would land. */
      readonly tree: string;
      /** Only in class `overlap`. */
      readonly overlappingPaths: readonly string[];
      /** Only in class `overlap`: whether the content differs, or the head has another merge base or tree than was approved. */
      readonly overlapReason: 'content' | 'base_changed' | 'tree_changed' | null;
    }
  | { readonly kind: 'conflict'; readonly paths: readonly string[]; readonly messages: readonly string[] };

export interface LandingCommit {
  readonly tip: string;
  readonly head: string;
  readonly tree: string;
  readonly message: string;
  /** Seconds since the Unix epoch, author and committer alike: fixed by the caller, so that the same landing is the same commit. */
  readonly at: number;
}

/** What is about to be pushed, on disk before the push. Only `recordIntent` makes one. */
export interface LandingIntent {
  /** What lands: a task, or for a release the plan. One intent at a time for each. */
  readonly subjectId: string;
  readonly branch: string;
  readonly expectedTip: string | null;
  readonly newTip: string;
  readonly head: string;
}

export type LandingPush =
  | { readonly kind: 'landed' }
  | { readonly kind: 'tip_moved'; readonly tip: string | null }
  | { readonly kind: 'refused'; readonly sentence: string }
  /** The push may have arrived: call `recover` when the remote can be read again. */
  | { readonly kind: 'unknown'; readonly sentence: string };

export type Recovery =
  | { readonly kind: 'nothing_pending' }
  | { readonly kind: 'landed'; readonly tip: string; readonly intent: LandingIntent }
  /** The branch is still at the tip the intent expects: push the same commit again. */
  | { readonly kind: 'push_again'; readonly intent: LandingIntent }
  /** Somebody else's commits came first, without ours: compute anew. */
  | { readonly kind: 'recompute'; readonly tip: string | null; readonly intent: LandingIntent };

export interface Holds {
  readonly holds: boolean;
  readonly by: 'head' | 'intent' | null;
  readonly tip: string | null;
}

export type ReleaseTarget =
  | { readonly kind: 'branch'; readonly branch: string }
  /** The base branch is checked out in the clone that is the remote: take the release with this one command. */
  | { readonly kind: 'side_branch'; readonly branch: string; readonly command: string };

export interface ArchivedBranch {
  readonly branch: string;
  /** `refs/maestro/archive/<planId>/<branch>` on the remote. */
  readonly ref: string;
  readonly outcome: 'archived_and_deleted' | 'already_gone' | 'archived_only';
  /** Why it was only archived. */
  readonly sentence: string | null;
}

export interface Landing {
  /** Both commits must be in the vault: fetch the branch, and the task's if another machine made the head. */
  compute(approved: Approved): Promise<Computed>;
  /** The same for a release, where nothing was approved beforehand: every clean merge counts as `exact` or `overlay`. */
  computeRelease(request: { tip: string; head: string }): Promise<Computed>;
  /** The merge commit, made in the vault; the same input is the same commit. */
  commit(request: LandingCommit): Promise<string>;
  /** Written and flushed to disk before it returns. */
  recordIntent(intent: LandingIntent): Promise<LandingIntent>;
  /** The subject's intent, if nobody has cleared it. */
  pendingIntent(subjectId: string): Promise<LandingIntent | null>;
  /** The commits that intents name, of whatever subject: no ref may name them yet. */
  pendingCommits(): Promise<readonly string[]>;
  /** Pushes a recorded intent. Never retries: a moved tip means computing anew. */
  push(intent: LandingIntent, signal?: AbortSignal): Promise<LandingPush>;
  /** After a crash or an unknown push: reads the remote and says where the subject's intent stands. */
  recover(subjectId: string): Promise<Answer<Recovery, RemoteRefusalCode>>;
  /** Once the studio has recorded the outcome. */
  clearIntent(subjectId: string): Promise<void>;
  /** Whether the freshly fetched branch contains the head or the intent's commit. */
  holds(request: { branch: string; head?: string; intentCommit?: string }): Promise<Answer<Holds, RemoteRefusalCode>>;
  /** Where a release may be pushed. */
  releaseTarget(request: { planId: string }): Promise<ReleaseTarget>;
  /** Keeps each branch at `refs/maestro/archive/<planId>/…`, then deletes it. Repeating does no harm. */
  archive(request: { planId: string; branches: readonly string[] }): Promise<Answer<readonly ArchivedBranch[], RemoteRefusalCode>>;
}
