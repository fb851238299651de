import type { LaneStatus } from '@maestro/protocol';
import type { ImportRefusalCode } from '../quarantine/index.js';
import type { Answer, GitRefusal, PushOutcome, VaultNeed } from '../vault/index.js';

/**
 * Lanes: one borrowing clone per task, for the agent alone, kept through retries, revision, repair and landing.
 *
 * Words used here:
 * - **folder**: the lane's working directory. Its `.git` belongs to the agent; the daemon never runs git in it.
 * - **head**: the newest commit of the lane that the daemon has in the vault. **upstream**: the epic branch that the lane will land on.
 * - **leftovers**: changes in the folder that the agent did not commit.
 * - **collect**: take the agent's commits and its leftovers into the vault, through the gates.
 *
 * Callers see to it that no process of the agent lives when they call `prepare`, `collect`, `snapshot`, `startRepair` or `remove`.
 */
export interface Lane {
  readonly taskId: string;
  readonly branch: string;
  readonly upstream: string;
  /** Absolute path of the folder. */
  readonly path: string;
  /** Device and inode of the folder, as decimal strings, recorded at creation: a folder with others is not the lane. */
  readonly device: string;
  readonly inode: string;
  readonly state: LaneStatus;
  /** The commit the lane started from. */
  readonly base: string;
  readonly head: string;
  /** The merge that the agent was asked to finish, until a head that contains `tip` is collected. Paths are those with conflicts. */
  readonly repair: { readonly tip: string; readonly paths: readonly string[] } | null;
  /** The repository's setup hook has run to its end here, or there was none. */
  readonly setUp: boolean;
  readonly identity: AgentIdentity;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Who the agent's own commits, and the daemon's commits of its leftovers, are by. */
export interface AgentIdentity {
  readonly name: string;
  readonly email: string;
}

export type StartPoint =
  /** New work from the epic's tip. An existing lane of the task is used as it stands. */
  | { readonly kind: 'epic'; readonly tip: string }
  /**
   * Go on with earlier work: the lane of this machine if it has `head`; else the pushed work in progress, if it has `head`;
   * else `head`; else the epic's tip.
   */
  | { readonly kind: 'resume'; readonly tip: string; readonly head: string | null };

export interface PrepareRequest {
  readonly taskId: string;
  readonly branch: string;
  readonly upstream: string;
  readonly identity: AgentIdentity;
  readonly start: StartPoint;
}

export interface PreparedLane {
  readonly lane: Lane;
  /** Where its content came from. */
  readonly from: 'existing' | 'epic' | 'head' | 'work_in_progress';
}

export type PrepareRefusalCode = 'bad_branch_name' | 'start_missing' | 'lane_moved' | 'checkout_failed' | 'git_timeout';

/** Why nothing was taken from a lane. Its files stay as they are. */
export type CollectRefusalCode =
  | ImportRefusalCode
  /** The folder is not the one that was made. */
  | 'lane_moved'
  /** The agent made its files sparse: what is missing would count as deleted. */
  | 'sparse_lane'
  /** A repair was left with conflict markers. */
  | 'unresolved_conflict';

export interface CollectRequest {
  readonly runId: string;
  /** Such as `SHOP-12`; the subject of the leftovers' commit starts with it. */
  readonly taskKey: string;
  /** The rest of that subject, and a body. */
  readonly message: string;
}

export interface Collected {
  readonly head: string;
  readonly tree: string;
  /** The single merge base of the upstream's tip and the head. */
  readonly base: string;
  /** Whether the tree differs from the base's. */
  readonly changed: boolean;
  /** How many commits `base..head` has. */
  readonly commits: number;
  /** Whether leftovers were committed. */
  readonly leftovers: boolean;
  /** `refs/maestro/runs/<runId>`, which keeps the head in the vault. */
  readonly ref: string;
}

export type CheckpointOutcome =
  | { readonly kind: 'pushed'; readonly commit: string; readonly ref: string }
  /** Nothing new since the last one. */
  | { readonly kind: 'unchanged'; readonly commit: string }
  /** Kept in the vault of this machine, not on the remote: another machine went on with the task, or the remote said no. */
  | { readonly kind: 'kept_here'; readonly commit: string; readonly sentence: string }
  | { readonly kind: 'skipped'; readonly refusal: GitRefusal<CollectRefusalCode> };

export interface Snapshot {
  /** The commit whose tree is the folder, byte for byte. */
  readonly ref: string;
  readonly commit: string;
  /** Branches, HEAD and stash of the lane's own repository, copied beside it; empty when it could not be read. */
  readonly savedRefs: readonly string[];
  /** Ignored files and folders are listed, not stored. At most 1,000. */
  readonly ignored: readonly string[];
  /** What could not be stored: unreadable, a socket, a pipe, a device. Such a lane is moved to the trash whole, never deleted. */
  readonly skipped: readonly string[];
}

/** A snapshot that is in the vault. */
export interface KeptSnapshot {
  readonly taskId: string;
  /** Names it among the task's: `20261121T101500123Z-released-1f2e`. */
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly why: string;
  readonly ref: string;
  readonly commit: string;
  readonly savedRefs: readonly string[];
}

/** With what speaks for keeping it. */
export interface WeighedSnapshot extends KeptSnapshot {
  /** What would go with it, once the vault is pruned. */
  readonly bytes: number;
  /** The newest of a task that is not known to be released. */
  readonly isNewest: boolean;
  /** The remote is known to have all that is in it. */
  readonly isPushed: boolean;
}

export type Restored =
  | {
      readonly kind: 'restored';
      readonly files: number;
      /** Names that this file system cannot hold, or that would lead out of the folder. */
      readonly skipped: readonly string[];
    }
  | { readonly kind: 'not_empty' };

/** Something that was moved out of the way, with when. */
export interface Thrown {
  readonly path: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly taskId: string;
  /** The whole folder, because no snapshot holds all of it; otherwise the agent's repository alone, whose files are in one. */
  readonly whole: boolean;
}

export interface RemovedLane {
  readonly snapshot: Snapshot | null;
  /** Where the lane's repository, or the whole folder, is kept until the retention ends. */
  readonly trash: string | null;
}

export interface RepairStart {
  /** Paths with conflicts, for the prompt. Empty when the merge is clean after all. */
  readonly conflicts: readonly string[];
  /** git's own account of each conflict. */
  readonly messages: readonly string[];
  /** Set when the folder held changes nobody had collected; they were put aside here first. */
  readonly snapshotRef: string | null;
}

/** A checkout that nothing is taken from. */
export interface Checkout {
  readonly path: string;
  /** Removes it; repeating does no harm. */
  dispose(): Promise<void>;
}

export interface Lanes {
  /** The lane of the task, ready for an agent, and in use from now on. */
  prepare(request: PrepareRequest): Promise<Answer<PreparedLane, PrepareRefusalCode>>;
  /** The lane as recorded, `null` if this machine has none. */
  find(taskId: string): Promise<Lane | null>;
  list(): Promise<readonly Lane[]>;
  /** After the agent's processes have ended. The base is computed with the upstream's tip as last fetched. */
  collect(lane: Lane, request: CollectRequest): Promise<Answer<Collected, CollectRefusalCode>>;
  /** Work in progress to `refs/maestro/wip/<taskId>` of the remote, as far as it goes; the agent may be at work meanwhile. */
  checkpoint(lane: Lane, request: { taskKey: string }): Promise<CheckpointOutcome>;
  /** Keeps everything that is in the folder. `why` becomes part of the ref: lower-case letters, digits and hyphens. */
  snapshot(lane: Lane, why: string): Promise<Answer<Snapshot, CollectRefusalCode>>;
  /** Starts the merge of the epic's tip in the folder, with conflict markers, for the agent to finish and commit. */
  startRepair(lane: Lane, tip: string): Promise<Answer<RepairStart, CollectRefusalCode>>;
  /** Pushes the lane's head to its branch on the remote, if nobody else moved that branch. */
  pushBranch(lane: Lane, signal?: AbortSignal): Promise<PushOutcome>;
  /** Records that the repository's setup hook has done its work in this lane. */
  markSetUp(lane: Lane): Promise<Lane>;
  /** Records that the work landed or was given up. */
  settle(lane: Lane, how: 'landed' | 'abandoned'): Promise<Lane>;
  /** Snapshots, then removes. What the snapshot does not hold goes to the trash. */
  remove(lane: Lane, why: string): Promise<Answer<RemovedLane, CollectRefusalCode>>;
  /**
   * As `remove`, for a lane that no run seems to need: refused as `lane_busy` when `isLive` says otherwise, which is asked at a moment
   * at which no run of the task can begin. Unfinished work becomes the work in progress that a later run of the task goes on from.
   */
  reclaim(taskId: string, why: string, isLive: () => Promise<boolean>): Promise<Answer<RemovedLane, CollectRefusalCode | 'lane_busy'>>;
  /** Whether the folder holds anything that no run has handed in; `null` when that cannot be told. */
  hasUncollected(lane: Lane): Promise<boolean | null>;
  /** All snapshots of the project or of one task, the newest first. */
  snapshots(taskId?: string): Promise<readonly KeptSnapshot[]>;
  /** The same with what speaks for keeping each. Costs some git commands for each. */
  weighSnapshots(): Promise<readonly WeighedSnapshot[]>;
  /** Lets go of one. Its room is free once the vault is pruned. */
  dropSnapshot(ref: string): Promise<void>;
  /** Writes a snapshot's files into a folder that is empty or not there yet. */
  restore(snapshot: KeptSnapshot, folder: string): Promise<Restored>;
  /** One entry for each thing that borrows the vault's objects. Does not use the vault: whoever is alone with it may ask. */
  borrowers(): Promise<readonly VaultNeed[]>;
  /** What was moved out of the way and is kept until its time is over, the oldest first. */
  trash(): Promise<readonly Thrown[]>;
  /** Deletes one of them before its time. */
  discard(path: string): Promise<void>;
  /** A throw-away checkout of a commit of the vault, for a reviewer or to validate a merge result. */
  reviewCheckout(request: { runId: string; head: string; base?: string }): Promise<Answer<Checkout, PrepareRefusalCode>>;
  /** Removes checkouts of runs that are not in `liveRuns`, and trash and snapshots older than the retention: the project's, unless another is given. */
  sweep(request: { liveRuns: readonly string[]; retentionMs?: number }): Promise<void>;
  /** Makes the spare lanes that are missing, brings the others up to the newest tip, and cleans what tasks have left. Off the path of any run. */
  tend(): Promise<void>;
  /** The same, a little later and in the background. */
  wakeSpares(): void;
  /** Folders of spare lanes, with when each was made ready (milliseconds since the Unix epoch). */
  spares(): Promise<readonly { readonly path: string; readonly madeAt: number }[]>;
  dropSpare(path: string): Promise<void>;
  /** Waits for what is done in the background, and begins nothing new there. */
  close(): Promise<void>;
  /** Sets the project's retention, its policy's `laneRetentionDays`. */
  retain(days: number): Promise<void>;
}
