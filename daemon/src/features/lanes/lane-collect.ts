import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Quarantine, commitLeftovers, hasConflictMarkers, isSparse, judge, readSmallFile, withinTime } from '../quarantine/index.js';
import type { Judged } from '../quarantine/index.js';
import type { Answer } from '../vault/index.js';
import { ownWords } from '../vault/index.js';
import { lookAtFolder } from './lane-folder.js';
import { WIP_SUBJECT, trackedWip } from './lane-prepare.js';
import { LANE_MOVED, checkedId, refuseCollect } from './lane-records.js';
import type { LaneContext } from './lane-records.js';
import type { CheckpointOutcome, Collected, CollectRefusalCode, CollectRequest, Lane } from './lanes.types.js';

/** The agent's commits and its leftovers, judged and brought into the vault. */
export function collectLane(context: LaneContext, lane: Lane, request: CollectRequest): Promise<Answer<Collected, CollectRefusalCode>> {
  return withinTime<Collected, CollectRefusalCode>(async () => {
    if ((await lookAtFolder(lane)) !== 'same') return refuseCollect('lane_moved', LANE_MOVED);
    const ref = `refs/maestro/runs/${checkedId(request.runId)}`;
    const quarantine = await openQuarantine(context, lane);
    try {
      const taken = await take(context, quarantine, lane, {
        index: context.records.indexPath(lane.taskId),
        message: `${request.taskKey}: ${request.message}\n`,
        at: Math.floor(context.clock.now() / 1_000),
        finishMerge: true,
      });
      if (!taken.ok) return taken;
      const { judged, agentHead } = taken.value;
      const repaired = await repairGate(quarantine, lane, judged.head);
      if (!repaired.ok) return repaired;
      await quarantine.admit(judged.head, ref);
      await context.records.advance(lane, 'run_ended', { head: judged.head, repair: repaired.value ? null : lane.repair });
      const { head, tree, base, commits } = judged;
      return { ok: true, value: { head, tree, base, commits, changed: tree !== judged.baseTree, leftovers: head !== agentHead, ref } };
    } finally {
      await quarantine.dispose();
    }
  });
}

/** Work in progress, as far as it passes the gates, to the vault and to the remote. The agent may be at work. */
export async function checkpointLane(context: LaneContext, lane: Lane, taskKey: string): Promise<CheckpointOutcome> {
  const { vault } = context;
  const ref = `refs/maestro/wip/${lane.taskId}`;
  const taken = await withinTime<string, CollectRefusalCode>(async () => {
    if ((await lookAtFolder(lane)) !== 'same') return refuseCollect('lane_moved', LANE_MOVED);
    const quarantine = await openQuarantine(context, lane);
    try {
      // A copy: the index proper belongs to the collecting at the end, which may come at any time.
      const index = join(quarantine.gitDir, 'wip-index');
      await copyFile(context.records.indexPath(lane.taskId), index);
      const work = await take(context, quarantine, lane, { index, message: `${WIP_SUBJECT}${taskKey}\n`, at: null, finishMerge: false });
      if (!work.ok) return work;
      await quarantine.admit(work.value.judged.head, ref);
      return { ok: true, value: work.value.judged.head };
    } finally {
      await quarantine.dispose();
    }
  });
  if (!taken.ok) return { kind: 'skipped', refusal: taken.refusal };
  const commit = taken.value;
  const remote = await vault.readRef(trackedWip(lane.taskId));
  if (remote === commit || commit === lane.base) return { kind: 'unchanged', commit };
  return pushWorkInProgress(context, lane.taskId, ref, commit, remote);
}

interface Taking {
  readonly index: string;
  readonly message: string;
  /** Seconds; `null`: the parent's time, so that the same work in progress is the same commit. */
  readonly at: number | null;
  readonly finishMerge: boolean;
}

async function take(context: LaneContext, quarantine: Quarantine, lane: Lane, taking: Taking): Promise<Answer<{ judged: Judged; agentHead: string }, CollectRefusalCode>> {
  const upstream = (await context.vault.knownTip(lane.upstream)) ?? lane.base;
  const received = await quarantine.receive(lane.path, lane.branch, context.sandbox);
  if (!received.ok) return received;
  const agentHead = received.value ?? lane.head;
  // Judged before its tree is read into an index: a tree can be built to fill the memory.
  const first = await judge(quarantine, agentHead, upstream, context.policy);
  if (!first.ok) return first;
  // After the quick gates: a lane that is refused for a graver reason is told that one.
  if (await isSparse(lane.path)) return refuseCollect('sparse_lane', 'The lane holds only some of the repository\'s files, and the others would count as deleted. Run `git sparse-checkout disable`.');
  const merging = taking.finishMerge ? await mergeToFinish(quarantine, lane, agentHead) : null;
  const head = await commitLeftovers(
    quarantine,
    {
      folder: lane.path,
      index: taking.index,
      parents: merging === null ? [agentHead] : [agentHead, merging],
      author: lane.identity,
      message: taking.message,
      at: taking.at ?? Number(await quarantine.text(['log', '-1', '--no-show-signature', '--format=%ct', agentHead])),
    },
    context.policy,
  );
  if (!head.ok) return head;
  if (head.value === agentHead) return { ok: true, value: { judged: first.value, agentHead } };
  const second = await judge(quarantine, head.value, upstream, context.policy);
  return second.ok ? { ok: true, value: { judged: second.value, agentHead } } : second;
}

/**
 * The tip to name as second parent when the agent resolved a merge and did not commit it. Only while the lane's repository still
 * says that it is merging: after `git merge --abort` the files lack the tip's changes, and such a merge commit would undo them.
 */
async function mergeToFinish(quarantine: Quarantine, lane: Lane, agentHead: string): Promise<string | null> {
  if (lane.repair === null) return null;
  const merging = await readSmallFile(join(lane.path, '.git', 'MERGE_HEAD'), 1_024);
  if (merging?.trim() !== lane.repair.tip) return null;
  const has = await quarantine.run(['merge-base', '--is-ancestor', lane.repair.tip, agentHead]);
  return has.code === 0 ? null : lane.repair.tip;
}

/** Whether the asked merge is in the head; refused when conflict markers are. */
async function repairGate(quarantine: Quarantine, lane: Lane, head: string): Promise<Answer<boolean, CollectRefusalCode>> {
  if (lane.repair === null) return { ok: true, value: true };
  const has = await quarantine.run(['merge-base', '--is-ancestor', lane.repair.tip, head]);
  if (has.code !== 0) return { ok: true, value: false };
  const marked: string[] = [];
  for (const path of lane.repair.paths) {
    const blob = await quarantine.run(['cat-file', 'blob', `${head}:${path}`]);
    if (blob.code === 0 && hasConflictMarkers(blob.stdout.toString('latin1'))) marked.push(path);
  }
  if (marked.length === 0) return { ok: true, value: true };
  return refuseCollect('unresolved_conflict', `Conflict markers are left in ${marked.map((path) => `"${path}"`).join(', ')}. Resolve them and commit.`, marked);
}

async function pushWorkInProgress(context: LaneContext, taskId: string, ref: string, commit: string, known: string | null): Promise<CheckpointOutcome> {
  const { vault } = context;
  const attempt = await vault.remoteRepository.push(vault.gitDir, [{ ref, to: commit, expected: known }]);
  if (attempt.kind === 'failed') return { kind: 'kept_here', commit, sentence: attempt.sentence };
  const report = attempt.refs.find((candidate) => candidate.to === ref);
  if (report !== undefined && report.flag !== '!') {
    await vault.writeRef(trackedWip(taskId), commit);
    return { kind: 'pushed', commit, ref };
  }
  if (known === null && report?.summary.includes('(stale info)') === true) {
    // Left there before this lane was made. From now on this lane is where the work goes on.
    const fetched = await vault.fetchRef(ref, trackedWip(taskId));
    if (fetched.ok && fetched.value !== null) return pushWorkInProgress(context, taskId, ref, commit, fetched.value);
  }
  const stale = report?.summary.includes('(stale info)') === true;
  return { kind: 'kept_here', commit, sentence: stale ? 'Another machine has saved newer work of this task.' : ownWords(attempt.stderr) };
}

async function openQuarantine(context: LaneContext, lane: Lane): Promise<Quarantine> {
  const tip = await context.vault.knownTip(lane.upstream);
  return Quarantine.open(context.vault, [...new Set([lane.base, lane.head, ...(tip === null ? [] : [tip])])], context.policy);
}
