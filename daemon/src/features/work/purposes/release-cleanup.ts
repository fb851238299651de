import { failed, needed, outcome } from '../ends.js';
import type { RunContext, Work, WorkEnd } from '../work.types.js';

/** After a release: branches are archived and removed, and so are the lanes of this machine. Doing it again does no harm. */
export const releaseCleanup: Work = { execute, recover: execute };

async function execute(run: RunContext): Promise<WorkEnd> {
  const plan = needed(run.packet.plan, 'plan');
  const cleanup = needed(run.packet.cleanup, 'cleanup');
  const place = await run.place();
  if (!place.ok) return failed('git', place.refusal.sentence);
  await run.started();
  await run.whenFree();
  const archived = await place.value.landing.archive({ planId: plan.id, branches: cleanup.branches });
  if (!archived.ok) return failed('git', archived.refusal.sentence);
  for (const branch of archived.value) run.emit('log', { stream: 'stdout', text: `${branch.branch}: ${branch.outcome}${branch.sentence === null ? '' : `: ${branch.sentence}`}` });
  let removed = 0;
  for (const taskId of cleanup.tasks) {
    const lane = await place.value.lanes.find(taskId);
    if (lane === null || lane.state === 'removed') continue;
    run.signal.throwIfAborted();
    const gone = await place.value.lanes.remove(lane, 'released');
    if (gone.ok) removed += 1;
    run.emit('log', { stream: 'stdout', text: gone.ok ? `Lane ${lane.branch}: removed${gone.value.snapshot === null ? '' : `, kept at ${gone.value.snapshot.ref}`}` : `Lane ${lane.branch} stays: ${gone.refusal.sentence}` });
  }
  return outcome({ kind: 'cleaned', archived: archived.value.filter((branch) => branch.outcome === 'archived_and_deleted').length, removed });
}
