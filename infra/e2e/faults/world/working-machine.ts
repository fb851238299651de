import { setTimeout as sleep } from 'node:timers/promises';
import { LocalErrorId, LocalRpcError, METHODS, RemoteError } from '@maestro/protocol';
import type { RunOutcome } from '@maestro/protocol';
import { StubLink, greet } from '../../../rig/stub-link.js';
import { newId } from '../../../rig/uuid-v7.js';
import type { WorkStep } from '../schedule/schedule.js';
import type { Branch } from './branch.js';
import type { Recorder } from './recorder.js';
import { WorkJournal } from './work-journal.js';
import { carryOut } from './work.js';

export interface WorkingOptions {
  readonly name: string;
  readonly url: string;
  readonly token: string;
  readonly project: string;
  readonly branch: Branch;
  readonly recorder: Recorder;
  readonly capacity: number;
  readonly heartbeatMs: number;
  readonly pollMs: number;
  /** Tasks whose first change is turned down; shared by the machines of a world. */
  readonly rejected: Set<string>;
}

/** The process died, or what it worked on is not its own any more. */
class Gone extends Error {}

/** How long a machine waits for an answer: longer than any studio takes that is there, shorter than people wait for a test. */
const PATIENCE_MS = 1_500;

/** Of a lease, how much may pass without a renewal before a machine has no side effects any more. */
const FENCE = 0.8;

/**
 * A stub that works by itself, as the studio sees a good daemon, without an agent and without git: it claims, writes down, works, repeats
 * until it is answered, and comes back after every trouble with exactly what its journal holds. It hears no hints: it polls, so that
 * whatever it finds does not depend on them.
 */
export class WorkingMachine {
  readonly id = newId();
  private readonly journals = new Map<string, WorkJournal>();
  /** Claims whose answer never came: repeated under their ids. */
  private readonly claims = new Map<string, string>();
  private readonly crashAt = new Set<WorkStep>();
  private readonly working = new Set<Promise<void>>();
  private link: StubLink | undefined;
  private leaseMs = 0;
  private life = 0;
  private frozenUntil = 0;
  private stopping = false;

  constructor(private readonly options: WorkingOptions) {}

  get idle(): boolean {
    return this.journals.size === 0;
  }

  /** Works until it is stopped. */
  async run(): Promise<void> {
    while (!this.stopping) {
      await this.connected().catch(meantToHappen);
      this.link?.cut();
      await sleep(20);
    }
    await Promise.allSettled([...this.working]);
  }

  stop(): void {
    this.stopping = true;
    this.frozenUntil = 0;
    this.link?.cut();
  }

  /** The process dies when it comes to this step, and is started again at once. */
  crashAtNext(step: WorkStep): void {
    this.crashAt.add(step);
  }

  freeze(milliseconds: number): void {
    this.frozenUntil = performance.now() + milliseconds;
  }

  cut(): void {
    this.link?.cut();
  }

  private async connected(): Promise<void> {
    const { url, token, name, recorder, heartbeatMs, pollMs } = this.options;
    const life = (this.life += 1);
    const link = (this.link = await StubLink.open({ url, token, patienceMs: PATIENCE_MS, observe: recorder.observer(name) }));
    await this.sayHello(link);
    for (const run of this.claims.keys()) await this.claim(run, link, life);
    for (const journal of this.journals.values()) this.begin(journal, link, life);
    let beatAt = 0;
    while (!this.stopping && !link.broken && life === this.life) {
      await this.thawed();
      if (performance.now() >= beatAt) {
        beatAt = performance.now() + heartbeatMs;
        if (!(await this.beat(link))) return;
      }
      const { runs } = await link.ask(METHODS.runOffers, {});
      for (const run of runs) await this.claim(run, link, life);
      await sleep(pollMs);
    }
  }

  private async sayHello(link: StubLink): Promise<void> {
    const { project, name, capacity } = this.options;
    const sentAt = performance.now();
    const held = [...this.journals.values()].map((journal) => ({ ...journal.held, state: journal.state }));
    const { runs, leaseSeconds } = await greet(link, { machine: this.id, project, name, capacity }, held);
    this.leaseMs = leaseSeconds * 1_000;
    for (const settled of runs) {
      if (settled.decision === 'stop') this.journals.delete(settled.run);
      if (settled.decision === 'continue') this.journals.get(settled.run)?.continueUnder(settled.epoch, sentAt);
    }
  }

  /** False when the studio wants to be greeted anew. */
  private async beat(link: StubLink): Promise<boolean> {
    const held = [...this.journals.values()].filter(({ state }) => state !== 'ended');
    const sentAt = performance.now();
    const { invalid, helloNeeded } = await link.ask(METHODS.sessionHeartbeat, { runs: held.map(({ held: each }) => each) });
    for (const journal of held) {
      if ((invalid as readonly string[]).includes(journal.run)) this.journals.delete(journal.run);
      else journal.renewedAt = sentAt;
    }
    return !helloNeeded;
  }

  private async claim(run: string, link: StubLink, life: number): Promise<void> {
    if (this.journals.has(run)) return;
    const opId = this.claims.get(run) ?? newId();
    this.claims.set(run, opId);
    const sentAt = performance.now();
    try {
      const { packet } = await link.ask(METHODS.runClaim, { opId: opId as never, run: run as never });
      this.claims.delete(run);
      const journal = new WorkJournal(this.options.name, packet, sentAt, this.options.recorder);
      this.journals.set(run, journal);
      this.begin(journal, link, life);
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      this.claims.delete(run);
    }
  }

  private begin(journal: WorkJournal, link: StubLink, life: number): void {
    const working = this.work(journal, link, life).catch((error: unknown) => {
      meantToHappen(error);
      // The studio knows better who has this run: a new greeting settles it.
      if (error instanceof RemoteError && error.code === 'stale_epoch') link.cut();
      else if (error instanceof RemoteError && (error.code === 'not_found' || error.code === 'forbidden')) this.journals.delete(journal.run);
    });
    this.working.add(working);
    void working.finally(() => this.working.delete(working));
  }

  private async work(journal: WorkJournal, link: StubLink, life: number): Promise<void> {
    const step = (name: WorkStep): Promise<void> => this.step(name, journal, link, life);
    if (journal.outcome === undefined) {
      await step('start');
      await link.ask(METHODS.runStart, { opId: journal.operation('start'), ...journal.held, startedAt: new Date().toISOString() });
      journal.state = 'running';
      journal.write(`begins: "${journal.run}" \u{1F680} \u00e9\n`);
      journal.write('x'.repeat(1 + (journal.lastSeq % 7) * 100));
      await this.tell(journal, link);
      await step('work');
      const outcome: RunOutcome = await carryOut(journal, link, { machine: this.options.name, branch: this.options.branch, rejected: this.options.rejected, step, fenced: (of) => this.fenced(of) });
      await this.thawed();
      journal.outcome = outcome;
      journal.state = 'ended';
      journal.write(`ends: ${outcome.kind}`);
    }
    await this.tell(journal, link);
    await step('finish');
    await link.ask(METHODS.runFinish, { opId: journal.operation('finish'), ...journal.held, lastSeq: journal.lastSeq, usage: { seconds: 1, turns: 1 }, outcome: journal.outcome });
    await step('finished');
    this.journals.delete(journal.run);
  }

  private async tell(journal: WorkJournal, link: StubLink): Promise<void> {
    while (journal.toSend.length > 0) {
      const { ackSeq } = await link.ask(METHODS.runEvents, { ...journal.held, events: [...journal.toSend] });
      journal.acknowledged(ackSeq);
    }
  }

  private fenced({ renewedAt }: WorkJournal): boolean {
    return performance.now() - renewedAt > this.leaseMs * FENCE;
  }

  private async step(name: WorkStep, journal: WorkJournal, link: StubLink, life: number): Promise<void> {
    await this.thawed();
    if (this.journals.get(journal.run) !== journal || life !== this.life || this.stopping) throw new Gone('not mine any more');
    if (!this.crashAt.delete(name)) return;
    this.life += 1;
    for (const each of this.journals.values()) each.crashed();
    link.cut();
    throw new Gone(name);
  }

  private async thawed(): Promise<void> {
    for (let left = this.frozenUntil - performance.now(); left > 0; left = this.frozenUntil - performance.now()) await sleep(Math.min(left, 50));
  }
}

/** Links break and studios refuse; a stub that does not speak the protocol is a mistake of its own, and its world must not wait for it. */
function meantToHappen(error: unknown): void {
  if (error instanceof LocalRpcError && (error.id === LocalErrorId.paramsInvalid || error.id === LocalErrorId.resultInvalid)) throw error;
}
