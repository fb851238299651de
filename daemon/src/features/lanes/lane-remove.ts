import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Quarantine, withinTime } from '../quarantine/index.js';
import type { Answer, GitVault } from '../vault/index.js';
import { checkpointLane } from './lane-collect.js';
import { deleteFolder, lookAtFolder, moveToTrash } from './lane-folder.js';
import { trackedWip } from './lane-prepare.js';
import { LANE_MOVED, refuseCollect } from './lane-records.js';
import type { LaneContext } from './lane-records.js';
import { takeSnapshot } from './lane-snapshot.js';
import type { CollectRefusalCode, Lane, RemovedLane } from './lanes.types.js';

/** Snapshots, then removes. What the snapshot does not hold goes to the trash. */
export async function removeLane(context: LaneContext, lane: Lane, why: string): Promise<Answer<RemovedLane, CollectRefusalCode>> {
  const { records, vault, clock } = context;
  if (lane.state === 'removed') return { ok: true, value: { snapshot: null, trash: null } };
  const look = await lookAtFolder(lane);
  const taken = look === 'same' ? await takeSnapshot(context, lane, why) : null;
  const dropped = await records.advance(lane, 'task_dropped');
  const whole = taken?.ok === true && taken.value.skipped.length === 0 && taken.value.nested.length === 0;
  // Anything the snapshot may not hold goes to the trash with the whole folder; else the agent's repository alone does, for its
  // older stashes and reset-away commits.
  const trash = await moveToTrash(vault, clock, whole ? join(lane.path, '.git') : lane.path, whole ? `${lane.taskId}-git` : lane.taskId);
  if (whole && !(await context.spares.takeBack(lane, records.indexPath(lane.taskId)))) await deleteFolder(vault, clock, lane.path, lane);
  await records.forgetIndex(lane.taskId);
  const snapshotted = await records.advance(dropped, 'snapshot_taken');
  await records.advance(snapshotted, 'removed');
  // What landed needs no copy of its making any more; work that was given up keeps the one on the remote.
  if (lane.state === 'landed') await dropWorkInProgress(vault, lane.taskId);
  if (look === 'moved') return refuseCollect('lane_moved', `${LANE_MOVED} What stood in its place is kept at ${trash ?? 'nowhere'}.`);
  return { ok: true, value: { snapshot: taken?.ok === true ? taken.value : null, trash } };
}

/** See `Lanes.reclaim`. */
export async function reclaimLane(context: LaneContext, lane: Lane, why: string, isLive: () => Promise<boolean>): Promise<Answer<RemovedLane, CollectRefusalCode | 'lane_busy'>> {
  if (await isLive()) return { ok: false, refusal: { code: 'lane_busy', sentence: `A run of the task works in "${lane.branch}", or waits to go on there. Its lane stays.` } };
  // A later run goes on from the work in progress, as after the loss of a machine. That it cannot be saved that way is no reason to
  // stay: the snapshot holds everything. Without anything new there must be none: a run would begin from a tip that is old by then.
  if ((lane.state === 'in_use' || lane.state === 'idle') && (await hasUncollected(context, lane)) === true) await checkpointLane(context, lane, lane.branch);
  return removeLane(context, lane, why);
}

/** See `Lanes.hasUncollected`. */
export async function hasUncollected(context: LaneContext, lane: Lane): Promise<boolean | null> {
  if ((await lookAtFolder(lane)) !== 'same') return null;
  const answer = await withinTime<boolean, CollectRefusalCode>(async () => {
    const quarantine = await Quarantine.open(context.vault, [lane.head], context.policy);
    try {
      // A copy: a run may be at work with the index proper.
      const index = join(quarantine.gitDir, 'look-index');
      await copyFile(context.records.indexPath(lane.taskId), index);
      const files = { workTree: lane.path, index };
      await quarantine.text(['read-tree', '--reset', lane.head], files);
      const changed = await quarantine.run(['diff-files', '--quiet'], files);
      const untracked = await quarantine.text(['ls-files', '-z', '--others', '--exclude-standard'], files);
      return { ok: true, value: changed.code !== 0 || untracked !== '' };
    } finally {
      await quarantine.dispose();
    }
  });
  return answer.ok ? answer.value : null;
}

async function dropWorkInProgress(vault: GitVault, taskId: string): Promise<void> {
  const there = await vault.readRef(trackedWip(taskId));
  if (there === null) return;
  const ref = `refs/maestro/wip/${taskId}`;
  const attempt = await vault.remoteRepository.push(vault.gitDir, [{ ref, to: null, expected: there }]);
  if (attempt.kind === 'failed' || attempt.refs.some((report) => report.flag === '!')) return;
  await vault.writeRef(trackedWip(taskId), null);
  await vault.writeRef(ref, null);
}
