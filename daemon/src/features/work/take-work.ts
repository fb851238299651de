import type { CollectRefusalCode, Collected, Lane } from '../lanes/index.js';
import { runValidation } from '../validation/index.js';
import type { Validated } from '../validation/index.js';
import { failed, finalText, needed, outcome } from './ends.js';
import type { RunContext, WorkEnd, Workplace } from './work.types.js';

/** Why nothing was taken from a lane, where its agent can do something about it. */
const REPAIRABLE: ReadonlySet<CollectRefusalCode> = new Set<CollectRefusalCode>([
  'unresolved_conflict', 'too_large', 'too_many_files', 'forbidden_path', 'forbidden_mode', 'forbidden_text', 'nested_repository', 'submodule_change', 'lfs_content', 'sparse_lane',
]);

export type Taken = { readonly kind: 'taken'; readonly collected: Collected } | { readonly kind: 'repairable'; readonly sentence: string; readonly paths: readonly string[] } | WorkEnd;

/** The project's commands on the lane as it stands. */
export async function validateLane(run: RunContext, lane: Lane): Promise<Validated> {
  const { validationCommands } = run.packet.policy;
  if (validationCommands.length > 0) run.emit('phase', { phase: 'validate' });
  const validated = await runValidation(validationCommands, { cwd: lane.path, env: run.commandEnv, marker: run.marker, signal: run.signal, onProgress: (progress) => run.emit('validation', progress) });
  run.signal.throwIfAborted();
  return validated;
}

/** Takes commits and leftovers through the gates. No process of the agent may live. */
export async function takeFromLane(run: RunContext, place: Workplace, lane: Lane): Promise<Taken> {
  const task = needed(run.packet.task, 'task');
  run.emit('phase', { phase: 'collect' });
  const taken = await place.lanes.collect(lane, { runId: run.packet.run, taskKey: task.key, message: task.title });
  if (taken.ok) return { kind: 'taken', collected: taken.value };
  const { code, sentence, paths = [] } = taken.refusal;
  return REPAIRABLE.has(code) ? { kind: 'repairable', sentence, paths } : failed('lane', sentence);
}

/** Pushes the task's branch and says what was produced: measured here, not told by the agent. */
export async function publish(run: RunContext, place: Workplace, lane: Lane, collected: Collected, finalMessage: string): Promise<WorkEnd> {
  const plan = needed(run.packet.plan, 'plan');
  run.emit('phase', { phase: 'push', branch: lane.branch, head: collected.head });
  const problem = await pushBranch(run, place, lane, collected.head);
  if (problem !== undefined) return problem;
  const { vault } = place;
  const [baseTree, change, tip] = await Promise.all([vault.treeOf(collected.base), vault.change(collected), vault.knownTip(plan.epicBranch)]);
  await run.changed({ base: collected.base, head: collected.head }, change);
  return outcome({
    kind: 'produced',
    head: collected.head,
    tree: collected.tree,
    base: collected.base,
    baseTree,
    tip: tip ?? collected.base,
    commits: collected.commits,
    filesChanged: change.totals.files,
    finalMessage: finalText(finalMessage),
  });
}

async function pushBranch(run: RunContext, place: Workplace, lane: Lane, head: string): Promise<WorkEnd | undefined> {
  await run.whenFree();
  const current = (await place.lanes.find(lane.taskId)) ?? lane;
  let pushed = await place.lanes.pushBranch(current, run.signal);
  if (pushed.kind === 'moved') {
    // Work of a machine that lost this task, which the studio does not know. This run holds the lease; what stood there stays in this vault.
    run.emit('log', { stream: 'stderr', text: `The branch ${lane.branch} was at ${pushed.tip ?? 'nothing'}, left by another run; it is replaced, and that commit stays in this machine's vault.` });
    await run.whenFree();
    pushed = await place.vault.push({ commit: head, branch: lane.branch, expected: pushed.tip, signal: run.signal });
  }
  run.signal.throwIfAborted();
  switch (pushed.kind) {
    case 'pushed':
      return undefined;
    case 'moved':
      return failed('git', `The branch ${lane.branch} is being pushed from elsewhere. Stop that, then retry.`);
    case 'refused':
      return failed('git', `The remote refused ${lane.branch}: ${pushed.sentence} Give this machine the right to push, then retry.`);
    case 'unknown':
      return failed('git', `Nobody knows whether ${lane.branch} arrived: ${pushed.sentence} Retry.`);
  }
}
