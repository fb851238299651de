import { METHODS, RemoteError } from '@maestro/protocol';
import type { WaitReason } from '@maestro/protocol';
import type { CancelTimer } from '../../platform/clock.js';
import type { JournalStore } from '../journal/index.js';
import type { ChannelWords, HelloParams, LinkHandler, StudioLink, Welcome } from '../studio-link/index.js';
import { RunSupervisor } from './run-supervisor.js';
import type { RunPorts, RunStatusLine } from './runs.types.js';

export interface RunDeskOptions {
  readonly ports: RunPorts;
  readonly journals: JournalStore;
  readonly projectId: string;
  /** Runs at once. */
  readonly capacity: number;
  /** Everything of a hello but the runs. */
  readonly introduction: () => Promise<Omit<HelloParams, 'runs'>>;
  /** A task was offered to the member of this session. */
  readonly onAssigned: (task: { readonly key: string; readonly title: string }) => void;
  /** The studio knows this session again. */
  readonly onWelcome: () => void;
  readonly onSaid: (message: ChannelWords) => void;
  readonly onReaped: (team: string, why: string) => void;
  /** Something that people watch has changed. */
  readonly onChange: () => void;
}

/** The poll behind `run/available`. */
const OFFERS_MS = 15_000;
const CLAIM_TRIES = 3;

/** The runs of one project on this machine: takes offers within its capacity, and passes orders on. */
export class RunDesk implements LinkHandler {
  private readonly supervisors = new Map<string, RunSupervisor>();
  private readonly claiming = new Set<string>();
  private link: StudioLink | undefined;
  private welcome = false;
  private leaving = false;
  private cancelPoll: CancelTimer = () => undefined;

  constructor(private readonly options: RunDeskOptions) {}

  /** Before the link starts. Takes up what an earlier daemon left: runs of this project that the studio is still owed something for. */
  async attach(link: StudioLink): Promise<void> {
    this.link = link;
    for (const run of await this.options.journals.runs()) {
      const found = await this.options.journals.read(run);
      const { packet, settled } = found?.state ?? {};
      if (packet === undefined || settled !== undefined || packet.project.id !== this.options.projectId || this.supervisors.has(run)) continue;
      await this.supervise(run, 'recover');
    }
  }

  async hello(): Promise<HelloParams> {
    const introduction = await this.options.introduction();
    const runs = [...this.supervisors.values()].map((each) => each.held).filter((held) => held !== undefined);
    return { ...introduction, runs };
  }

  welcomed(welcome: Welcome, sentAt: number): void {
    this.welcome = true;
    for (const decision of welcome.runs) {
      const supervisor = this.supervisors.get(decision.run);
      if (supervisor === undefined) continue;
      switch (decision.decision) {
        case 'continue':
          this.link?.leases.hold(decision.run, decision.epoch, sentAt);
          void supervisor.continueAs(decision.epoch);
          break;
        case 'stop':
          this.link?.leases.release(decision.run);
          supervisor.order({ kind: 'stop_ordered', why: 'superseded' });
          // An outcome that is there already is evidence, and still reported.
          supervisor.report();
          break;
        case 'report':
          supervisor.report();
          break;
      }
    }
    this.link?.leasesChanged();
    this.poll();
    this.options.onWelcome();
    this.options.onChange();
  }

  freeSlots(): number {
    if (this.leaving) return 0;
    const busy = [...this.supervisors.values()].filter((each) => each.occupiesSlot).length;
    return Math.max(0, this.options.capacity - busy - this.claiming.size);
  }

  /**
   * A lease that this machine let run out itself (it slept, or the link was half open) may still be given back: the hello decides. One that was
   * renewed in time and is gone all the same was taken away.
   */
  invalid(runs: readonly string[]): void {
    const link = this.link;
    if (link === undefined) return;
    const now = this.options.ports.clock.steady();
    let introduce = false;
    for (const run of runs) {
      const supervisor = this.supervisors.get(run);
      const state = supervisor?.held?.state;
      // A run that ended here while the heartbeat was on its way is as invalid as it should be.
      if (state !== undefined && state !== 'ended' && link.leases.isFenced(run, now)) introduce = true;
      else supervisor?.order({ kind: 'stop_ordered', why: 'cancelled' });
      link.leases.release(run);
    }
    if (introduce) link.reintroduce();
  }

  disconnected(): void {
    this.welcome = false;
    this.cancelPoll();
    for (const supervisor of this.supervisors.values()) supervisor.disconnected();
    this.options.onChange();
  }

  draining(): void {
    this.welcome = false;
    this.cancelPoll();
  }

  available(run: string): void {
    if (!this.welcome || this.supervisors.has(run) || this.claiming.has(run) || this.freeSlots() === 0) return;
    void this.claim(run);
  }

  cancel(run: string): void {
    this.supervisors.get(run)?.order({ kind: 'stop_ordered', why: 'cancelled' });
  }

  hold(run: string, reason: WaitReason): void {
    this.supervisors.get(run)?.order({ kind: 'hold_ordered', reason });
  }

  steer(run: string, text: string): void {
    void this.supervisors.get(run)?.steer(text);
  }

  said(message: ChannelWords): void {
    this.options.onSaid(message);
  }

  reaped(team: string, why: string): void {
    this.options.onReaped(team, why);
  }

  assigned(task: { readonly key: string; readonly title: string }): void {
    this.options.onAssigned(task);
  }

  /** Claims nothing more, and has every run save its work and end. Resolves when nothing is left, or after `graceMs`. */
  async leave(graceMs: number): Promise<void> {
    this.leaving = true;
    this.cancelPoll();
    const all = [...this.supervisors.values()];
    for (const supervisor of all) supervisor.order({ kind: 'leaving' });
    await Promise.race([
      Promise.all(all.map((supervisor) => supervisor.gone)),
      new Promise<void>((resolve) => {
        this.options.ports.clock.after(graceMs, resolve);
      }),
    ]);
  }

  find(run: string): RunSupervisor | undefined {
    return this.supervisors.get(run);
  }

  all(): readonly RunSupervisor[] {
    return [...this.supervisors.values()];
  }

  status(): readonly RunStatusLine[] {
    return this.all().map((supervisor) => supervisor.status());
  }

  /** Triggered by time, and by a place that became free. */
  private poll(): void {
    this.cancelPoll();
    if (!this.welcome || this.leaving) return;
    this.cancelPoll = this.options.ports.clock.after(OFFERS_MS, () => this.poll());
    if (this.freeSlots() === 0) return;
    this.link?.request(METHODS.runOffers, {}).then(
      ({ runs }) => runs.forEach((run) => this.available(run)),
      // The next poll asks again; a broken link ends in a new welcome, which polls at once.
      () => undefined,
    );
  }

  private async claim(run: string): Promise<void> {
    const { ports, journals } = this.options;
    const { link } = this;
    if (link === undefined) return;
    this.claiming.add(run);
    try {
      const taken = await this.take(link, run);
      if (taken === undefined) return;
      // An earlier run of the same task may still be saving the lane.
      const taskId = taken.packet.task?.id;
      await Promise.all(this.all().filter((each) => taskId !== undefined && each.taskId === taskId).map((each) => each.laneFree));
      const journal = await journals.open(run);
      await journal.append({ t: 'packet', at: ports.clock.now(), packet: taken.packet, marker: `${run}.${ports.newId()}` });
      link.leases.hold(run, taken.packet.epoch, taken.sentAt);
      link.leasesChanged();
      await this.start(run, journal, 'execute').continueAs(taken.packet.epoch);
    } catch (error) {
      ports.onProblem({ id: 'runs/claim_failed', detail: error });
    } finally {
      this.claiming.delete(run);
      this.options.onChange();
    }
  }

  /** The same operation id for every try: a claim whose answer was lost is answered again, not refused. */
  private async take(link: StudioLink, run: string) {
    const opId = this.options.ports.newId();
    for (let left = CLAIM_TRIES; left > 0; left -= 1) {
      const sentAt = this.options.ports.clock.steady();
      try {
        const { packet } = await link.request(METHODS.runClaim, { opId, run }, { timeoutMs: 10_000 });
        return { packet, sentAt };
      } catch (error) {
        if (error instanceof RemoteError && error.code !== 'unavailable' && error.code !== 'internal') return undefined;
        if (!link.online) return undefined;
      }
    }
    return undefined;
  }

  private async supervise(run: string, how: 'recover'): Promise<void> {
    this.start(run, await this.options.journals.open(run), how);
  }

  private start(run: string, journal: Awaited<ReturnType<JournalStore['open']>>, how: 'execute' | 'recover'): RunSupervisor {
    const { link } = this;
    if (link === undefined) throw new Error('desk_without_link');
    const supervisor = new RunSupervisor({
      ports: this.options.ports,
      link,
      journal,
      onSlotFree: () => {
        this.options.onChange();
        this.poll();
      },
      onGone: () => {
        this.supervisors.delete(run);
        this.options.onChange();
        this.poll();
      },
    });
    this.supervisors.set(run, supervisor);
    supervisor.begin(how);
    return supervisor;
  }
}
