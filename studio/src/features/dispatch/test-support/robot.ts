import { setTimeout as sleep } from 'node:timers/promises';
import type { HeldRun, RunOutcome, RunPacket } from '@maestro/protocol';
import { newId } from '../../../platform/ids/index.js';
import { judged, oid } from '../../../test-support/fake-daemon.js';
import type { FakeDaemon, Work } from '../../../test-support/fake-daemon.js';
import type { Epic } from './epic.js';

/** Where a robot may come to grief. Each is asked before the step that it names. */
export type Step = 'start' | 'work' | 'push' | 'pushed' | 'finish' | 'finished';

export interface RobotOptions {
  /** What happens before this step: nothing, the link breaks, or the process dies and comes back with what its journal holds. */
  readonly trouble?: (step: Step) => 'none' | 'cut' | 'crash';
  /** Heads that reviewers turn down once. */
  readonly picky?: boolean;
  readonly heartbeatMs: number;
}

interface Journal {
  readonly work: Work;
  state: 'claimed' | 'running' | 'ended';
  /** Kept with the outcome, so that sending it again is the same operation. */
  readonly opId: string;
  outcome?: RunOutcome;
}

class Crash extends Error {}

/**
 * A daemon as the studio sees a good one: it claims, journals, works, reports until it is answered, and comes back after every trouble
 * with exactly what its journal holds. Git is a compare-and-swap on an {@link Epic}.
 */
export class Robot {
  private readonly journal = new Map<string, Journal>();
  private readonly rejected = new Set<string>();
  private stopping = false;
  private generation = 0;
  private readonly working = new Set<Promise<void>>();

  constructor(
    private readonly daemon: FakeDaemon,
    private readonly epic: Epic,
    private readonly options: RobotOptions,
  ) {}

  /** Works until it is stopped. */
  async run(): Promise<void> {
    while (!this.stopping) {
      try {
        await this.connected();
      } catch {
        await sleep(20);
      }
    }
    this.daemon.cut();
    await Promise.allSettled([...this.working]);
  }

  stop(): void {
    this.stopping = true;
  }

  private async connected(): Promise<void> {
    const generation = (this.generation += 1);
    const held = [...this.journal.values()].map(({ work, state }): HeldRun => ({ run: work.run as never, epoch: work.epoch, state }));
    const { runs } = await this.daemon.connect(held);
    for (const settled of runs) {
      const entry = this.journal.get(settled.run);
      if (entry === undefined) continue;
      if (settled.decision === 'stop') this.journal.delete(settled.run);
      if (settled.decision === 'continue') this.journal.set(settled.run, { ...entry, work: { ...entry.work, epoch: settled.epoch } });
    }
    for (const run of this.journal.keys()) this.begin(run, generation);
    let beatAt = 0;
    while (!this.stopping && this.daemon.closed === undefined && generation === this.generation) {
      if (performance.now() > beatAt) {
        beatAt = performance.now() + this.options.heartbeatMs;
        if (!(await this.beat())) return;
      }
      for (const run of await this.daemon.offers()) await this.claim(run, generation);
      await sleep(10);
    }
  }

  private async beat(): Promise<boolean> {
    const held = [...this.journal.values()].filter(({ state }) => state !== 'ended').map(({ work }) => work);
    const { invalid, helloNeeded } = await this.daemon.heartbeat(held);
    for (const run of invalid) this.journal.delete(run);
    if (helloNeeded) this.daemon.cut();
    return !helloNeeded;
  }

  private async claim(run: string, generation: number): Promise<void> {
    const work = await this.daemon.claim(run).catch(() => undefined);
    if (work === undefined) return;
    this.journal.set(run, { work, state: 'claimed', opId: newId() });
    this.begin(run, generation);
  }

  private begin(run: string, generation: number): void {
    const working = this.carryOut(run, generation).catch(() => undefined);
    this.working.add(working);
    void working.finally(() => this.working.delete(working));
  }

  /** Each step looks whether the run is still the robot's; a broken link ends the attempt, and the next connection takes it up again. */
  private async carryOut(run: string, generation: number): Promise<void> {
    const entry = () => {
      const found = this.journal.get(run);
      if (found === undefined || generation !== this.generation) throw new Crash('not mine any more');
      return found;
    };
    if (entry().outcome === undefined) {
      this.step('start');
      await this.daemon.start(entry().work);
      entry().state = 'running';
      this.step('work');
      const outcome = await this.work(entry().work);
      const now = entry();
      now.outcome = outcome;
      now.state = 'ended';
    }
    this.step('finish');
    const { work, outcome, opId } = entry();
    if (outcome === undefined) return;
    await this.daemon.finish(work, outcome, { opId });
    this.step('finished');
    this.journal.delete(run);
  }

  private step(step: Step): void {
    const trouble = this.options.trouble?.(step) ?? 'none';
    if (trouble === 'none') return;
    this.generation += 1;
    // A process that dies forgets what it did after its last journal line; the studio and the epic do not.
    if (trouble === 'crash') for (const entry of this.journal.values()) if (entry.outcome === undefined && entry.state === 'running') entry.state = 'claimed';
    this.daemon.cut();
    throw new Crash(step);
  }

  private async work({ packet, ...held }: Work): Promise<RunOutcome> {
    switch (packet.purpose) {
      case 'bootstrap_epic':
        return { kind: 'bootstrapped', tip: this.epic.tip };
      case 'implement':
        return { kind: 'produced', head: oid(), tree: oid(), base: this.epic.tip, baseTree: oid(), tip: this.epic.tip, commits: 1, filesChanged: 1, finalMessage: 'Done.' };
      case 'review':
        return this.review(packet);
      case 'merge':
        return this.merge(packet, held);
      case 'release':
        return { kind: 'released', commit: this.epic.tip, found: false };
      case 'release_cleanup':
        return { kind: 'cleaned', archived: 0, removed: 0 };
      default:
        return { kind: 'failed', class: 'refused', sentence: 'Robots do not plan.' };
    }
  }

  private review({ review, task }: RunPacket): RunOutcome {
    const head = review?.head ?? '';
    const key = task?.key ?? '';
    if (this.options.picky !== true || this.rejected.has(key)) return judged(head, 'VERDICT: APPROVED');
    this.rejected.add(key);
    return judged(head, 'VERDICT: REJECTED — a test is missing');
  }

  private async merge({ merge, task }: RunPacket, held: Pick<Work, 'run' | 'epoch'>): Promise<RunOutcome> {
    if (merge === undefined || task === undefined) return { kind: 'failed', class: 'protocol', sentence: 'There is nothing to merge.' };
    const found = this.epic.find(merge.intent?.commit, merge.approvedHead);
    if (found !== undefined) return { kind: 'merged', commit: found, tip: this.epic.tip, found: true };
    if (merge.readOnly) return { kind: 'epic_lacks', tip: this.epic.tip };
    const [tip, commit] = [this.epic.tip, oid()];
    this.step('push');
    const { granted, reason = '' } = await this.daemon.push(held, { head: merge.approvedHead, tip, commit, tipMoved: tip !== merge.reviewedTip });
    if (!granted) return { kind: 'not_granted', reason };
    const pushed = this.epic.push(tip, { commit, head: merge.approvedHead, task: task.key });
    this.step('pushed');
    return pushed ? { kind: 'merged', commit, tip: commit, class: 'overlay', found: false } : { kind: 'tip_moved', tip: this.epic.tip };
  }
}
