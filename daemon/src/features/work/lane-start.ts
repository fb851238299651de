import { relative } from 'node:path';
import type { Lane } from '../lanes/index.js';
import { SetupCache, runSetupHook } from '../validation/index.js';
import { laneIdentity } from './agent-work.js';
import { failed, needed } from './ends.js';
import type { RunContext, WorkEnd, Workplace } from './work.types.js';

/** A lane in which an agent can begin. */
export interface StartedLane {
  readonly lane: Lane;
  /** Files that the agent has to bring together; empty unless the run is a repair with conflicts. */
  readonly conflicts: readonly string[];
  readonly earlierWork: boolean;
}

/** Makes or finds the task's lane, starts the repair's merge in it, and runs the repository's setup hook where the lane is new. */
export async function startLane(run: RunContext, place: Workplace, agent: string): Promise<StartedLane | WorkEnd> {
  const { packet } = run;
  const task = needed(packet.task, 'task');
  const plan = needed(packet.plan, 'plan');
  run.emit('phase', { phase: 'lane' });
  const fetched = await place.vault.fetch([plan.epicBranch, task.branch], run.signal);
  if (!fetched.ok) return failed('git', fetched.refusal.sentence);
  const tip = fetched.value.get(plan.epicBranch) ?? null;
  if (tip === null) return failed('git', `The remote has no branch "${plan.epicBranch}". Push it again, or retry the plan's bootstrap.`);
  const prepared = await place.lanes.prepare({
    taskId: task.id,
    branch: task.branch,
    upstream: plan.epicBranch,
    identity: laneIdentity(agent),
    // Even at the first attempt: a run that was lost elsewhere costs none, and its checkpoint is on the remote.
    start: { kind: 'resume', tip, head: packet.head ?? null },
  });
  if (!prepared.ok) return failed('lane', prepared.refusal.sentence);
  const { lane, from } = prepared.value;
  run.emit('phase', { phase: 'lane_ready', from, branch: lane.branch });
  const repaired = await startRepair(run, place, lane);
  if ('kind' in repaired) return repaired;
  const unready = lane.setUp ? undefined : await setUp(run, place, lane, from === 'epic');
  if (unready !== undefined) {
    // Nothing was done here yet: the next attempt begins from the tip, where the hook may have been repaired meanwhile.
    if (from === 'epic') await place.lanes.remove(lane, 'setup-failed');
    return unready;
  }
  return { lane: (await place.lanes.find(task.id)) ?? lane, conflicts: repaired.conflicts, earlierWork: from !== 'epic' };
}

/**
 * Does what the repository's setup hook does where it has not yet come to its end; an attempt before this one may have been cut off in it.
 * The result of an earlier run of the hook is copied where the repository says that it would be the same.
 *
 * @param pristine the lane holds the epic's files and nothing of an agent: only then is the result worth keeping for others.
 */
async function setUp(run: RunContext, place: Workplace, lane: Lane, pristine: boolean): Promise<WorkEnd | undefined> {
  const cache = new SetupCache(place.vault.folder);
  const key = await cache.keyOf(lane.path);
  if (key !== undefined && (await cache.restore(key, lane.path))) {
    run.emit('phase', { phase: 'setup_restored', key: key.id.slice(0, 12) });
    await place.lanes.markSetUp(lane);
    return undefined;
  }
  const setup = await runSetupHook({ cwd: lane.path, env: run.commandEnv, marker: run.marker, signal: run.signal, onProgress: (progress) => run.emit('validation', progress) });
  run.signal.throwIfAborted();
  if (!setup.ok) return failed('lane', `The repository's setup hook (${relative(lane.path, setup.command)}) failed. Repair it, or make it unnecessary.`, setup.output);
  // A hook that writes its own lockfile has made something else than its key says.
  if (key !== undefined && pristine && (await cache.keyOf(lane.path))?.id === key.id) await cache.store(key, lane.path);
  await place.lanes.markSetUp(lane);
  return undefined;
}

async function startRepair(run: RunContext, place: Workplace, lane: Lane): Promise<{ readonly conflicts: readonly string[] } | WorkEnd> {
  const tip = run.packet.repairTip;
  if (tip === undefined) return { conflicts: [] };
  // An earlier attempt at the same repair: its merge is under way in the lane.
  if (lane.repair?.tip === tip) return { conflicts: lane.repair.paths };
  if (await place.vault.isAncestor(tip, lane.head)) return { conflicts: [] };
  const started = await place.lanes.startRepair(lane, tip);
  if (!started.ok) return failed('lane', started.refusal.sentence);
  run.emit('phase', { phase: 'repair', tip, conflicts: started.value.conflicts.slice(0, 100) });
  return { conflicts: started.value.conflicts };
}
