import { failed, needed, outcome } from '../ends.js';
import type { RunContext, Work, WorkEnd } from '../work.types.js';

/** Creates the plan's epic branch. Doing it again finds it there. */
export const bootstrapEpic: Work = { execute, recover: execute };

async function execute(run: RunContext): Promise<WorkEnd> {
  const plan = needed(run.packet.plan, 'plan');
  const place = await run.place();
  if (!place.ok) return failed('git', place.refusal.sentence);
  await run.started();
  await run.whenFree();
  const made = await place.value.vault.bootstrapEpic({ epicBranch: plan.epicBranch, baseBranch: plan.baseBranch });
  // What a branch is in the way of stays so until a person moves it: trying again would only cost time.
  if (!made.ok) return failed(made.refusal.code === 'epic_name_blocked' ? 'refused' : 'git', made.refusal.sentence);
  run.emit('phase', { phase: made.value.created ? 'created' : 'found', branch: plan.epicBranch, tip: made.value.tip });
  return outcome({ kind: 'bootstrapped', tip: made.value.tip });
}
