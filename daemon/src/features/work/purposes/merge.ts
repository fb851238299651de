import type { MergeOrder, RunOutcome, TaskBrief } from '@maestro/protocol';
import type { LandingIntent } from '../../landing/index.js';
import { failed, needed, outcome, secondsOfRun } from '../ends.js';
import type { RunContext, Work, WorkEnd, Workplace } from '../work.types.js';
import { validateResult } from './validate-result.js';

/**
 * Lands an approved head on the epic branch, exactly once. Whatever happened before, it begins by reading the epic; so beginning
 * again after a crash is the recovery.
 */
export const merge: Work = { execute, recover: execute, acknowledged };

/** How often a moved tip is computed anew before the studio is asked to look again. */
const TRIES = 3;

async function execute(run: RunContext): Promise<WorkEnd> {
  const order = needed(run.packet.merge, 'merge');
  const task = needed(run.packet.task, 'task');
  const epic = needed(run.packet.plan, 'plan').epicBranch;
  const place = await run.place();
  if (!place.ok) return failed('git', place.refusal.sentence);
  await run.started();
  const lander = new Lander(run, place.value, order, task, epic);
  for (let left = TRIES; ; left -= 1) {
    const end = await lander.tryOnce();
    if (end.kind !== 'moved') return end;
    if (left <= 1) return outcome({ kind: 'tip_moved', tip: end.tip });
    run.emit('phase', { phase: 'tip_moved', tip: end.tip });
  }
}

type Tried = WorkEnd | { readonly kind: 'moved'; readonly tip: string };

class Lander {
  constructor(
    private readonly run: RunContext,
    private readonly place: Workplace,
    private readonly order: MergeOrder,
    private readonly task: TaskBrief,
    private readonly epic: string,
  ) {}

  async tryOnce(): Promise<Tried> {
    const { place, order, epic } = this;
    const pending = await place.landing.pendingIntent(this.task.id);
    const intentCommit = order.intent?.commit ?? pending?.newTip;
    const found = await place.landing.holds({ branch: epic, head: order.approvedHead, ...(intentCommit === undefined ? {} : { intentCommit }) });
    if (!found.ok) return failed('git', found.refusal.sentence);
    const { holds, by, tip } = found.value;
    if (tip === null) return failed('git', `The remote has no branch "${epic}" any more. Push it again from a machine that has it, then retry.`);
    if (holds) return this.found(by === 'intent' && intentCommit !== undefined ? intentCommit : order.approvedHead, tip);
    if (order.readOnly) return outcome({ kind: 'epic_lacks', tip });
    return this.compute(tip);
  }

  private async compute(tip: string): Promise<Tried> {
    const { run, place, order } = this;
    run.emit('phase', { phase: 'merge', tip });
    const missing = await this.fetchHead();
    if (missing !== undefined) return missing;
    const computed = await place.landing.compute({ tip, head: order.approvedHead, base: order.reviewedBase, tree: order.reviewedTree });
    switch (computed.kind) {
      case 'already_landed':
        return this.found(tip, tip);
      case 'conflict':
        return outcome({ kind: 'conflict', tip, paths: computed.paths.slice(0, 1_000), detail: computed.messages.join('\n').slice(0, 60_000) });
      case 'clean':
        if (computed.class === 'overlap' && !(order.overlapSeen && tip === order.reviewedTip)) return outcome({ kind: 'overlapped', tip, paths: computed.overlappingPaths.slice(0, 1_000) });
        return this.land(tip, computed.tree, computed.class);
    }
  }

  private async land(tip: string, tree: string, mergeClass: 'exact' | 'overlay' | 'overlap'): Promise<Tried> {
    const { run, place, order, task } = this;
    const commit = await place.landing.commit({ tip, head: order.approvedHead, tree, message: this.message(), at: secondsOfRun(run.packet) });
    const checked = await validateResult(run, place, { result: commit, tip });
    if (checked.kind === 'unchecked') return failed('lane', checked.sentence);
    if (checked.kind === 'failed') return outcome({ kind: 'result_failed', tip, tipPasses: checked.tipPasses, command: checked.command, output: checked.output });
    const intent = await place.landing.recordIntent({ subjectId: task.id, branch: this.epic, expectedTip: tip, newTip: commit, head: order.approvedHead });
    const grant = await run.mayPush({ head: order.approvedHead, tip, commit, tipMoved: tip !== order.reviewedTip });
    if (!grant.granted) {
      await place.landing.clearIntent(task.id);
      return outcome({ kind: 'not_granted', reason: grant.reason.slice(0, 64) });
    }
    return this.push(intent, tip, { kind: 'merged', commit, tip: commit, class: mergeClass, found: false });
  }

  /** From here on the studio counts this commit as possibly landed: only reading the epic says whether it is. */
  private async push(intent: LandingIntent, tip: string, landed: RunOutcome): Promise<Tried> {
    const { run, place } = this;
    await run.whenFree();
    run.emit('phase', { phase: 'push', branch: intent.branch, commit: intent.newTip });
    const pushed = await place.landing.push(intent);
    switch (pushed.kind) {
      case 'landed':
        return outcome(landed);
      case 'tip_moved':
        return { kind: 'moved', tip: pushed.tip ?? tip };
      case 'refused':
        return failed('git', `The remote refused the push to ${intent.branch}: ${pushed.sentence} Give this machine the right to push, then retry.`);
      case 'unknown':
        return this.afterSilence(intent, tip, landed, pushed.sentence);
    }
  }

  private async afterSilence(intent: LandingIntent, tip: string, landed: RunOutcome, sentence: string): Promise<Tried> {
    const read = await this.place.landing.recover(intent.subjectId);
    // The studio knows the intent: it will send a run that only reads the epic.
    if (!read.ok) return failed('git', `Nobody knows whether the push to ${intent.branch} arrived: ${sentence} The epic will be read before anything else.`);
    if (read.value.kind === 'landed') return outcome(landed);
    return { kind: 'moved', tip: read.value.kind === 'recompute' ? (read.value.tip ?? tip) : tip };
  }

  private found(commit: string, tip: string): WorkEnd {
    this.run.emit('phase', { phase: 'found', commit });
    return outcome({ kind: 'merged', commit, tip, found: true });
  }

  private async fetchHead(): Promise<WorkEnd | undefined> {
    const { vault } = this.place;
    const { approvedHead } = this.order;
    if (await vault.hasCommit(approvedHead)) return undefined;
    const fetched = await vault.fetch([this.task.branch], this.run.signal);
    if (!fetched.ok) return failed('git', fetched.refusal.sentence);
    if (await vault.hasCommit(approvedHead)) return undefined;
    return failed('git', `The approved commit ${approvedHead.slice(0, 12)} is not on the remote's branch "${this.task.branch}". Push that branch again from the machine that has it, then retry.`);
  }

  /** Trailers are for people to read; nothing here ever looks at them. */
  private message(): string {
    return `Merge ${this.task.key}: ${this.task.title}\n\nMaestro-Task: ${this.task.key}\nMaestro-Run: ${this.run.packet.run}\n`;
  }
}

async function acknowledged(run: RunContext, ended: RunOutcome): Promise<void> {
  const taskId = needed(run.packet.task, 'task').id;
  const place = await run.place();
  if (!place.ok) return;
  if (ended.kind === 'merged' || ended.kind === 'not_granted' || ended.kind === 'epic_lacks') await place.value.landing.clearIntent(taskId);
  const lane = ended.kind === 'merged' ? await place.value.lanes.find(taskId) : null;
  if (lane !== null) await place.value.lanes.settle(lane, 'landed');
}
