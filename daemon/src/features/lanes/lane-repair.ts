import { attributesOf, mergeTrees } from '../landing/index.js';
import type { Merge } from '../landing/index.js';
import { withinTime } from '../quarantine/index.js';
import type { Answer } from '../vault/index.js';
import { objectName, readablePath } from '../vault/index.js';
import { lookAtFolder, moveToTrash, writeRepository } from './lane-folder.js';
import { LANE_MOVED, MERGING, refuseCollect } from './lane-records.js';
import type { LaneContext } from './lane-records.js';
import { takeSnapshot } from './lane-snapshot.js';
import type { CollectRefusalCode, Lane, RepairStart } from './lanes.types.js';

/**
 * Puts the lane in the middle of merging `tip`: conflict markers in the files, the stages in the index, `MERGE_HEAD` in a repository
 * made anew. git is not run in the lane, where the agent's configuration and hooks would run with it.
 */
export function startRepair(context: LaneContext, lane: Lane, tip: string): Promise<Answer<RepairStart, CollectRefusalCode>> {
  return withinTime<RepairStart, CollectRefusalCode>(async () => {
    const { vault, clock, records } = context;
    if ((await lookAtFolder(lane)) !== 'same') return refuseCollect('lane_moved', LANE_MOVED);
    if (!(await vault.hasCommit(tip))) await vault.fetch([lane.upstream]);
    if (!(await vault.hasCommit(objectName(tip)))) return refuseCollect('unrelated_history', `The tip ${tip.slice(0, 12)} is not on "${lane.upstream}" any more. Compute the landing anew.`);
    const index = records.indexPath(lane.taskId);
    await records.unlockIndex(lane.taskId);
    const snapshotRef = await putAside(context, lane, index);
    if (!snapshotRef.ok) return snapshotRef;

    const merge = await mergeTrees(vault, lane.head, tip, await attributesOf(vault, tip));
    await vault.text(['read-tree', '--reset', '-u', merge.tree], { workTree: lane.path, index });
    const conflicts = merge.kind === 'clean' ? [] : [...new Set(merge.entries.map((entry) => readablePath(entry.path)))];
    await moveToTrash(vault, clock, `${lane.path}/.git`, `${lane.taskId}-git`);
    const merging = `${index}${MERGING}`;
    await vault.text(['read-tree', merge.tree], { index: merging });
    await vault.text(['update-index', '-z', '--index-info'], { index: merging, stdin: stages(merge) });
    await vault.text(['update-index', '-q', '--unmerged', '--refresh'], { workTree: lane.path, index: merging });
    await writeRepository(vault, {
      folder: lane.path,
      branch: lane.branch,
      commit: lane.head,
      index: merging,
      identity: lane.identity,
      refs: { 'refs/maestro/base': lane.base, 'refs/maestro/tip': tip },
      merge: { MERGE_HEAD: `${tip}\n`, MERGE_MODE: '', MERGE_MSG: mergeMessage(lane, conflicts), ORIG_HEAD: `${lane.head}\n` },
    });
    await records.advance(lane, 'run_started', { repair: { tip, paths: conflicts } });
    return { ok: true, value: { conflicts, messages: merge.kind === 'clean' ? [] : merge.messages, snapshotRef: snapshotRef.value } };
  });
}

/** Keeps changes that nobody collected, before the merge writes over them. Answers the snapshot's ref, or `null` when all is collected. */
async function putAside(context: LaneContext, lane: Lane, index: string): Promise<Answer<string | null, CollectRefusalCode>> {
  const { vault } = context;
  const files = { workTree: lane.path, index };
  await vault.text(['read-tree', '--reset', lane.head], files);
  const changed = await vault.run(['diff-files', '--quiet'], files);
  const untracked = await vault.text(['ls-files', '-z', '--others', '--exclude-standard'], files);
  if (changed.code === 0 && untracked === '') return { ok: true, value: null };
  const snapshot = await takeSnapshot(context, lane, 'before-repair');
  return snapshot.ok ? { ok: true, value: snapshot.value.ref } : snapshot;
}

/** For `update-index --index-info`: each conflicted path leaves stage 0 and gets its sides. */
function stages(merge: Merge): Buffer {
  if (merge.kind === 'clean') return Buffer.alloc(0);
  const none = '0'.repeat(merge.tree.length);
  const paths = [...new Set(merge.entries.map((entry) => entry.path))];
  const lines = [...paths.map((path) => `0 ${none}\t${path}\0`), ...merge.entries.map((entry) => `${entry.mode} ${entry.blob} ${entry.stage}\t${entry.path}\0`)];
  return Buffer.from(lines.join(''), 'latin1');
}

function mergeMessage(lane: Lane, conflicts: readonly string[]): string {
  const list = conflicts.length === 0 ? '' : `\n# Conflicts:\n${conflicts.map((path) => `#\t${path}\n`).join('')}`;
  return `Merge ${lane.upstream} into ${lane.branch}\n${list}`;
}
