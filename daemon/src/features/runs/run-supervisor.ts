import type { Counted, RunOutcome } from '@maestro/protocol';
import type { CancelTimer } from '../../platform/clock.js';
import { RunStopped } from '../conversations/index.js';
import type { Owed, RunJournal } from '../journal/index.js';
import { workFor } from '../work/index.js';
import type { Work, WorkEnd } from '../work/index.js';
import { LivedTime } from './domain/lived-time.js';
import type { LifeEffect, LifeEvent, RunLife } from './domain/run-life.js';
import { heldState, nextLife, occupiesSlot } from './domain/run-life.js';
import { alarmOf } from './domain/watch.js';
import { JournalledRun } from './journalled-run.js';
import { RunReporter } from './run-reporter.js';
import type { TakenLast } from './run-reporter.js';
import { RunTrace } from './run-trace.js';
import type { Problem, RunLink, RunPorts, RunStatusLine } from './runs.types.js';

export interface SupervisorOptions {
  readonly ports: RunPorts;
  readonly link: RunLink;
  /** Holds the packet of the claim that this is about. */
  readonly journal: RunJournal;
  /** The run takes a place no longer. */
  readonly onSlotFree: () => void;
  /** Nothing is owed any more, and nothing of the run is left. */
  readonly onGone: () => void;
}

const WATCH_MS = 1_000;

/** Carries one run through its life: asks {@link nextLife} what is next, and does it. */
export class RunSupervisor {
  private life: RunLife;
  private readonly abort = new AbortController();
  private readonly context: JournalledRun;
  private readonly reporter: RunReporter;
  private readonly work: Work | undefined;
  private readonly lived: LivedTime;
  private readonly trace: RunTrace;
  private readonly link: RunLink;
  private cancelWatch: CancelTimer = () => undefined;
  private done: () => void = () => undefined;
  private idle: () => void = () => undefined;
  /** Resolves when nothing of the run touches its lane any more. */
  readonly laneFree = new Promise<void>((resolve) => {
    this.idle = resolve;
  });
  /** Resolves when the run is gone. */
  readonly gone = new Promise<void>((resolve) => {
    this.done = resolve;
  });

  private readonly options: SupervisorOptions;

  constructor(given: SupervisorOptions) {
    const options = (this.options = { ...given, ports: { ...given.ports, onProblem: (problem) => given.ports.onProblem({ ...problem, about: this.about() }) } });
    const { ports, journal } = options;
    const { packet, marker, ended, owed, startedAt } = journal.state;
    if (packet === undefined || marker === undefined) throw new Error('supervisor_without_packet');
    const waits = owed.some((each) => each.method === 'wait');
    this.life = ended ? { kind: 'ended' } : waits ? { kind: 'waiting' } : startedAt === undefined ? { kind: 'claimed' } : { kind: 'running', pushing: false };
    this.trace = new RunTrace(packet, ports.tracer);
    const link = (this.link = this.trace.over(options.link));
    this.work = workFor(packet.purpose);
    this.lived = new LivedTime(ports.clock.steady());
    this.reporter = new RunReporter({ journal, link, clock: ports.clock, random: ports.random, newId: ports.newId, onSettled: (last) => void this.settled(last), onProblem: ports.onProblem });
    this.context = new JournalledRun({
      ports,
      link,
      journal,
      packet,
      marker,
      signal: this.abort.signal,
      trace: this.trace.traceparent,
      onWritten: () => this.reporter.poke(),
      onStarted: () => this.happened({ kind: 'started' }),
      onGranted: () => this.happened({ kind: 'push_granted' }),
      awakeMs: () => this.lived.at(ports.clock.steady()),
    });
  }

  get run(): string {
    return this.options.journal.run;
  }

  get taskId(): string | undefined {
    return this.context.packet.task?.id;
  }

  get occupiesSlot(): boolean {
    return occupiesSlot(this.life);
  }

  get held(): { readonly run: string; readonly epoch: number; readonly state: 'claimed' | 'running' | 'ended' } | undefined {
    const state = heldState(this.life);
    return state === undefined ? undefined : { run: this.run, epoch: this.options.journal.state.epoch, state };
  }

  /** Begins the work, or what is left of it after a crash. Returns at once. */
  begin(how: 'execute' | 'recover'): void {
    if (this.life.kind !== 'claimed' && this.life.kind !== 'running') return this.idle();
    this.scheduleWatch();
    void this.perform(how);
  }

  /** The studio lets the run go on under this epoch; its lease is in the book already. */
  async continueAs(epoch: number): Promise<void> {
    const { journal } = this.options;
    if (epoch !== journal.state.epoch) await journal.append({ t: 'epoch', at: journal.now(), epoch });
    this.reporter.open();
  }

  /** The studio knows of the run, and wants what is owed. */
  report(): void {
    this.reporter.open();
  }

  disconnected(): void {
    this.reporter.close();
  }

  order(event: Extract<LifeEvent, { kind: 'stop_ordered' | 'hold_ordered' | 'leaving' }>): void {
    this.happened(event);
  }

  steer(text: string): Promise<void> {
    return this.context.steer(text);
  }

  /** For an agent that is a person. False: the work of this run is no person's, or not under way. */
  complete(finalMessage: string): boolean {
    const complete = this.context.watched?.complete;
    complete?.(finalMessage);
    return complete !== undefined;
  }

  status(): RunStatusLine {
    const { packet } = this.context;
    const { journal, link, ports } = this.options;
    const wait = journal.state.owed.find((owed) => owed.method === 'wait');
    return {
      run: this.run,
      purpose: packet.purpose,
      taskKey: packet.task?.key,
      agent: packet.agent,
      state: this.life.kind === 'gone' ? 'ended' : this.life.kind,
      phase: this.context.phase,
      waitReason: wait?.method === 'wait' ? wait.reason : this.life.kind === 'stopping' ? this.life.why : undefined,
      fenced: link.leases.isFenced(this.run, ports.clock.steady()),
      idleSeconds: this.context.watched === undefined ? undefined : Math.round(this.context.watched.idleMs() / 1_000),
      startedAt: journal.state.startedAt,
      unsentEvents: journal.state.unsent.length,
    };
  }

  private async perform(how: 'execute' | 'recover'): Promise<void> {
    const end = await this.attempt(how);
    await this.sweep();
    if (end === 'stopped') {
      this.happened({ kind: 'halted' });
    } else {
      this.idle();
      this.happened({ kind: 'work_ended', end });
    }
  }

  /** However it ended: what an agent left behind has nobody to answer to. */
  private async sweep(): Promise<void> {
    const { ports, journal } = this.options;
    await ports.sweep(this.context.marker, journal.state.processes).catch((error: unknown) => ports.onProblem({ id: 'runs/sweep_failed', detail: error }));
  }

  private async attempt(how: 'execute' | 'recover'): Promise<WorkEnd | 'stopped'> {
    const { packet } = this.context;
    if (this.work === undefined) return { kind: 'outcome', outcome: { kind: 'failed', class: 'internal', sentence: `This version of maestro does not know the purpose "${packet.purpose}". Upgrade it, or let another machine do this.` } };
    try {
      return await this.work[how](this.context);
    } catch (error) {
      if (this.abort.signal.aborted || error instanceof RunStopped) return 'stopped';
      this.options.ports.onProblem({ id: 'runs/work_failed', detail: error });
      const words = error instanceof Error ? error.message : String(error);
      return { kind: 'outcome', outcome: { kind: 'failed', class: 'internal', sentence: `Something that should not happen: ${words.slice(0, 1_000)}. The daemon's log has the details.` } };
    }
  }

  private happened(event: LifeEvent): void {
    const { life, effects } = nextLife(this.life, event);
    this.life = life;
    for (const effect of effects) this.apply(effect);
  }

  private apply(effect: LifeEffect): void {
    const { ports } = this.options;
    switch (effect.kind) {
      case 'interrupt':
        this.abort.abort(new RunStopped());
        return;
      case 'free_slot':
        this.cancelWatch();
        this.options.onSlotFree();
        return;
      case 'save':
        void this.save(effect.why);
        return;
      case 'owe_finish':
        this.trace.end(effect.outcome.kind);
        this.owe({ method: 'finish', opId: ports.newId(), outcome: effect.outcome, ...this.account() });
        return;
      case 'owe_wait':
        this.trace.end('waiting');
        this.owe({ method: 'wait', opId: ports.newId(), ...effect.waiting });
        return;
      case 'settle':
        void this.leave(effect.how);
        return;
    }
  }

  private about(): NonNullable<Problem['about']> {
    const { packet } = this.options.journal.state;
    return { run: this.run, task: packet?.task?.id, plan: packet?.plan?.id };
  }

  private account() {
    const { usage, lastSeq, startedAt } = this.options.journal.state;
    return { usage, lastSeq, ...(startedAt === undefined ? {} : { startedAt }) };
  }

  private owe(owed: Owed): void {
    this.context.owe(owed).catch((error: unknown) => this.options.ports.onProblem({ id: 'runs/journal_failed', detail: error }));
  }

  private async save(why: Parameters<NonNullable<Work['afterStop']>>[1]): Promise<void> {
    let head: string | undefined;
    try {
      // A context of its own: the one of the work refuses everything, because it was told to stop.
      head = await this.work?.afterStop?.(this.contextAfterwards(), why);
    } catch (error) {
      this.options.ports.onProblem({ id: 'runs/save_failed', detail: error });
    }
    this.idle();
    this.happened({ kind: 'saved', head });
  }

  private contextAfterwards(): JournalledRun {
    const { ports, journal } = this.options;
    const { packet, marker } = this.context;
    return new JournalledRun({ ports, link: this.link, journal, packet, marker, trace: this.trace.traceparent, signal: new AbortController().signal, onWritten: () => this.reporter.poke(), onStarted: () => undefined, onGranted: () => undefined, awakeMs: () => 0 });
  }

  private async settled(last: TakenLast): Promise<void> {
    if (last.method === 'finish') await this.afterwards(last.outcome, last.counted);
    this.happened({ kind: 'acknowledged' });
  }

  private async afterwards(outcome: RunOutcome, counted: Counted): Promise<void> {
    try {
      await this.work?.acknowledged?.(this.contextAfterwards(), outcome, counted);
    } catch (error) {
      this.options.ports.onProblem({ id: 'runs/acknowledged_failed', detail: error });
    }
  }

  private async leave(how: 'acknowledged' | 'waiting' | 'stopped'): Promise<void> {
    const { journal, link, ports } = this.options;
    this.cancelWatch();
    this.reporter.end();
    link.leases.release(this.run);
    link.leasesChanged();
    try {
      await journal.append({ t: 'settled', at: journal.now(), how });
      await journal.close();
    } catch (error) {
      ports.onProblem({ id: 'runs/journal_failed', detail: error });
    }
    this.options.onGone();
    this.done();
  }

  /** An agent may start what cleared its environment and left its session. As long as its parent lives it can be seen whose it is. */
  private rememberStrays(): void {
    const { ports, journal } = this.options;
    for (const stray of ports.living.straysOf(journal.state.processes, this.context.marker)) this.context.onProcess(stray);
  }

  /** Triggered by time: silence, too long a run, a studio that has been away for too long. */
  private scheduleWatch(): void {
    this.cancelWatch = this.options.ports.clock.after(WATCH_MS, () => {
      const { ports, link } = this.options;
      const { watched, packet } = this.context;
      const now = ports.clock.steady();
      const { runningMs, fencedMs, idleMs } = this.lived.look(now, { fencedMs: link.leases.fencedFor(this.run, now), idleMs: watched?.idleMs() ?? 0 });
      const agent = watched && {
        idleMs,
        busyWithTool: watched.openTools() > 0 && ports.living.hasChildren(watched.processes().map(({ pid }) => pid)),
        manual: watched.manual,
      };
      const alarm = alarmOf({ runningMs, fencedMs, agent }, packet.policy);
      if (alarm !== undefined) this.happened(alarm);
      this.rememberStrays();
      if (this.life.kind === 'claimed' || this.life.kind === 'running') this.scheduleWatch();
    });
  }
}
