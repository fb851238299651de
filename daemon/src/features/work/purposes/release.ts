import type { RunOutcome } from '@maestro/protocol';
import type { Computed, LandingIntent } from '../../landing/index.js';
import { failed, needed, outcome, secondsOfRun } from '../ends.js';
import type { RunContext, Work, WorkEnd, Workplace } from '../work.types.js';
import { validateResult } from './validate-result.js';

/** Merges the finished epic into the base branch, after a person said so. Begins by reading the base, like every landing. */
export const release: Work = { execute, recover: execute, acknowledged };

const TRIES = 3;

async function execute(run: RunContext): Promise<WorkEnd> {
  const place = await run.place();
  if (!place.ok) return failed('git', place.refusal.sentence);
  await run.started();
  for (let left = TRIES; left > 0; left -= 1) {
    const end = await tryOnce(run, place.value);
    if (end !== 'moved') return end;
  }
  return refused('push_refused', 'The base branch moved each time this release was about to be pushed. Try again when it is quieter.');
}

async function tryOnce(run: RunContext, place: Workplace): Promise<WorkEnd | 'moved'> {
  const plan = needed(run.packet.plan, 'plan');
  const fetched = await place.vault.fetch([plan.epicBranch, plan.baseBranch], run.signal);
  if (!fetched.ok) return failed('git', fetched.refusal.sentence);
  const head = fetched.value.get(plan.epicBranch) ?? null;
  const tip = fetched.value.get(plan.baseBranch) ?? null;
  if (head === null || tip === null) return failed('git', `The remote has no branch "${head === null ? plan.epicBranch : plan.baseBranch}". Push it, then retry.`);
  const pending = await place.landing.pendingIntent(plan.id);
  // What was pushed first: it names the commit of the release itself. A person may have taken the epic in any other way, too.
  for (const commit of [pending?.newTip, head]) {
    if (commit === undefined || !(await place.vault.hasCommit(commit)) || !(await place.vault.isAncestor(commit, tip))) continue;
    return outcome({ kind: 'released', commit: await place.vault.broughtIn(commit, tip), found: true });
  }
  const computed = await place.landing.computeRelease({ tip, head });
  if (computed.kind === 'already_landed') return outcome({ kind: 'released', commit: tip, found: true });
  if (computed.kind === 'conflict') {
    return refused('conflict', `The epic conflicts with ${plan.baseBranch} in ${computed.paths.length === 1 ? 'one file' : `${computed.paths.length} files`}. Make a repair task.`, { paths: computed.paths.slice(0, 1_000), output: computed.messages.join('\n').slice(0, 60_000) });
  }
  return land(run, place, { tip, head, computed });
}

async function land(run: RunContext, place: Workplace, at: { tip: string; head: string; computed: Extract<Computed, { kind: 'clean' }> }): Promise<WorkEnd | 'moved'> {
  const plan = needed(run.packet.plan, 'plan');
  const { tip, head, computed } = at;
  const commit = await place.landing.commit({ tip, head, tree: computed.tree, message: `Merge ${plan.epicBranch}: ${plan.title}\n\nMaestro-Run: ${run.packet.run}\n`, at: secondsOfRun(run.packet) });
  const checked = await validateResult(run, place, { result: commit, tip });
  if (checked.kind === 'unchecked') return failed('lane', checked.sentence);
  if (checked.kind === 'failed') {
    const whose = checked.tipPasses ? '' : ` It fails on ${plan.baseBranch} alone too.`;
    return refused('validation_failed', `The command "${checked.command}" fails on the merged result.${whose} Make a repair task.`, { output: checked.output });
  }
  const target = await place.landing.releaseTarget({ planId: plan.id });
  const expectedTip = target.kind === 'branch' ? tip : await sideTip(place, target.branch);
  const intent = await place.landing.recordIntent({ subjectId: plan.id, branch: target.branch, expectedTip, newTip: commit, head });
  const grant = await run.mayPush({ head, tip, commit, tipMoved: false });
  if (!grant.granted) return outcome({ kind: 'not_granted', reason: grant.reason.slice(0, 64) });
  await run.whenFree();
  run.emit('phase', { phase: 'push', branch: target.branch, commit });
  const end = await push(place, intent, commit);
  if (end !== 'pushed') return end;
  if (target.kind === 'branch') return outcome({ kind: 'released', commit, found: false });
  return refused('push_refused', `The branch ${plan.baseBranch} is checked out in the repository itself, so the release waits on ${target.branch}. Take it with the command shown, then release again.`, { command: target.command });
}

async function push(place: Workplace, intent: LandingIntent, commit: string): Promise<WorkEnd | 'moved' | 'pushed'> {
  const pushed = await place.landing.push(intent);
  switch (pushed.kind) {
    case 'landed':
      return 'pushed';
    case 'tip_moved':
      return 'moved';
    case 'refused':
      return refused('push_refused', `The remote refused the push to ${intent.branch}: ${pushed.sentence} Give this machine the right to push there, then release again.`);
    case 'unknown': {
      const read = await place.landing.recover(intent.subjectId);
      if (read.ok && read.value.kind === 'landed') return 'pushed';
      return read.ok ? 'moved' : failed('git', `Nobody knows whether the release ${commit.slice(0, 12)} arrived: ${pushed.sentence} Release again; what arrived is found.`);
    }
  }
}

async function sideTip(place: Workplace, branch: string): Promise<string | null> {
  const tip = await place.vault.readRemoteTip(branch);
  return tip.ok ? tip.value : null;
}

function refused(why: 'conflict' | 'validation_failed' | 'push_refused', sentence: string, more: { paths?: readonly string[]; output?: string; command?: string } = {}): WorkEnd {
  return outcome({ kind: 'release_refused', why, sentence, paths: [...(more.paths ?? [])], output: more.output ?? '', ...(more.command === undefined ? {} : { command: more.command }) });
}

async function acknowledged(run: RunContext, ended: RunOutcome): Promise<void> {
  if (ended.kind !== 'released' && ended.kind !== 'release_refused' && ended.kind !== 'not_granted') return;
  const place = await run.place();
  if (place.ok) await place.value.landing.clearIntent(needed(run.packet.plan, 'plan').id);
}
