/** Which snapshots may go when room is needed: decided from what git says of all of them at once. */

export interface SnapshotFacts {
  readonly taskId: string;
  readonly why: string;
  /** The folder as it was. */
  readonly tree: string;
  /** The commit that the lane stood on, and what the lane's own repository pointed at. */
  readonly tips: readonly string[];
  /** Trees that the remote has, if it has the tips: of the commit that the lane stood on, and of the task's saved work in progress. */
  readonly savedTrees: readonly string[];
}

export interface SnapshotWorth {
  readonly isNewest: boolean;
  readonly isPushed: boolean;
}

/** Why a snapshot was taken when its plan was released, and its task with it. */
const RELEASED = 'released';

/**
 * @param newestFirst all snapshots of a project.
 * @param missing commits that the remote is not known to have.
 */
export function worthOf(newestFirst: readonly SnapshotFacts[], missing: ReadonlySet<string>): readonly SnapshotWorth[] {
  return newestFirst.map(({ taskId, why, tree, tips, savedTrees }, at) => ({
    isNewest: why !== RELEASED && !newestFirst.slice(0, at).some((newer) => newer.taskId === taskId),
    isPushed: !tips.some((tip) => missing.has(tip)) && savedTrees.includes(tree),
  }));
}
