import { METHODS, RemoteError } from '@maestro/protocol';
import type { RunEventItem, RunPacket } from '@maestro/protocol';
import type { Clock } from '../../platform/clock.js';
import type { ToolAnswer, ToolCall } from '../agent-tools/index.js';
import type { AgentProcess } from '../agents/index.js';
import { RunStopped } from '../conversations/index.js';
import type { SubtaskAnswer, SubtaskRequest, ToolGrants, WatchedAgent } from '../conversations/index.js';
import type { JournalRecord, Owed, RunJournal } from '../journal/index.js';
import type { Answer, ToldChange } from '../vault/index.js';
import type { Catalog, PushGrant, RunContext, Workplace } from '../work/index.js';
import { changeParts } from './domain/change-parts.js';
import { RunCatalog } from './run-catalog.js';
import type { RunLink, RunPorts } from './runs.types.js';

export interface JournalledRunOptions {
  readonly ports: RunPorts;
  readonly link: RunLink;
  readonly journal: RunJournal;
  readonly packet: RunPacket;
  readonly marker: string;
  readonly signal: AbortSignal;
  /** The traceparent for what the run causes. */
  readonly trace: string | undefined;
  /** Something was written that the studio should get. */
  readonly onWritten: () => void;
  readonly onStarted: () => void;
  readonly onGranted: () => void;
  /** Milliseconds that the work has gone on while the machine was awake. */
  readonly awakeMs: () => number;
}

/** Written also when the journal is full. */
const ALWAYS_KEPT: ReadonlySet<RunEventItem['kind']> = new Set<RunEventItem['kind']>(['phase', 'question', 'quota', 'validation', 'checkpoint', 'steered']);
const LOOK_AGAIN_MS = 500;
/** An agent that asks for something waits this long for a studio that is away; then it is told so and goes on. */
const PATIENCE_MS = 45_000;

/** A run as its work sees it: everything is written down before it is done or sent. */
export class JournalledRun implements RunContext {
  readonly packet: RunPacket;
  readonly marker: string;
  readonly signal: AbortSignal;
  readonly trace: string | undefined;
  readonly clock: Clock;
  readonly agents: RunPorts['agents'];
  readonly grants: ToolGrants;
  readonly commandEnv: Readonly<Record<string, string>>;
  readonly catalog: Catalog;
  readonly analysis: RunPorts['analysis'];
  /** The agent at work, if one is. */
  watched: WatchedAgent | undefined;
  phase: string | undefined;
  private readonly steering: string[] = [];
  private deliver: ((text: string) => Promise<boolean>) | undefined;
  private full = false;
  private subtasks = 0;
  private opened: Promise<Answer<Workplace, string>> | undefined;

  constructor(private readonly options: JournalledRunOptions) {
    const { ports } = options;
    this.packet = options.packet;
    this.marker = options.marker;
    this.signal = options.signal;
    this.trace = options.trace;
    this.clock = ports.clock;
    this.agents = ports.agents;
    this.grants = ports.grants;
    this.commandEnv = ports.commandEnv;
    this.analysis = ports.analysis;
    this.catalog = new RunCatalog({
      link: options.link,
      run: options.packet.run,
      epoch: () => options.journal.state.epoch,
      newId: ports.newId,
      signal: options.signal,
      whenFree: () => this.whenFree(),
      pause: (ms) => this.pause(ms),
    });
  }

  awakeMs(): number {
    return this.options.awakeMs();
  }

  get steps(): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
    return this.options.journal.state.steps;
  }

  place(): Promise<Answer<Workplace, string>> {
    this.opened ??= this.options.ports.openPlace(this.packet);
    return this.opened;
  }

  emit(kind: RunEventItem['kind'], payload: Readonly<Record<string, unknown>>): void {
    const { journal } = this.options;
    if (kind === 'phase' && typeof payload['phase'] === 'string') this.phase = payload['phase'];
    if (journal.full && !ALWAYS_KEPT.has(kind)) {
      if (this.full) return;
      this.full = true;
      this.write('log', { stream: 'stderr', text: 'The studio has been away for so long that the journal of this run is full; until it is back only milestones are written down.' });
      return;
    }
    if (!journal.full) this.full = false;
    this.write(kind, payload);
  }

  async step(name: string, data: Readonly<Record<string, unknown>>): Promise<void> {
    await this.options.journal.append({ t: 'step', at: this.clock.now(), name, data: { ...data } });
  }

  used(more: Parameters<RunContext['used']>[0]): void {
    const { usage } = this.options.journal.state;
    const costUsd = (usage.costUsd ?? 0) + (more.costUsd ?? 0);
    this.append({
      t: 'usage',
      usage: {
        inputTokens: usage.inputTokens + (more.inputTokens ?? 0),
        outputTokens: usage.outputTokens + (more.outputTokens ?? 0),
        cachedInputTokens: usage.cachedInputTokens + (more.cachedInputTokens ?? 0),
        seconds: usage.seconds + (more.seconds ?? 0),
        turns: usage.turns + (more.turns ?? 0),
        ...(costUsd > 0 ? { costUsd } : {}),
      },
    });
  }

  onProcess(process: AgentProcess): void {
    this.append({ t: 'process', at: this.clock.now(), pid: process.pid, startTime: process.startTime });
  }

  isFree(): boolean {
    return !this.signal.aborted && !this.options.link.leases.isFenced(this.packet.run, this.clock.steady());
  }

  async whenFree(): Promise<void> {
    while (!this.isFree()) {
      if (this.signal.aborted) throw new RunStopped();
      await this.pause(LOOK_AGAIN_MS);
    }
  }

  async started(): Promise<void> {
    const owed = this.options.journal.state.startedAt === undefined;
    if (owed) await this.owe({ method: 'start', opId: this.options.ports.newId(), startedAt: new Date(this.clock.now()).toISOString() });
    this.options.onStarted();
  }

  checkpointed(head: string): void {
    this.owe({ method: 'checkpoint', opId: this.options.ports.newId(), head }).catch((error: unknown) => this.options.ports.onProblem({ id: 'runs/journal_failed', detail: error }));
  }

  async changed(ends: { readonly base: string; readonly head: string }, change: ToldChange): Promise<void> {
    const parts = changeParts(change.files);
    for (const [part, files] of parts.entries()) await this.owe({ method: 'change', opId: this.options.ports.newId(), ...ends, totals: change.totals, part, parts: parts.length, files });
  }

  async mayPush(intent: { readonly head: string; readonly tip: string; readonly commit: string; readonly tipMoved: boolean }): Promise<PushGrant> {
    for (;;) {
      await this.whenFree();
      const { epoch } = this.options.journal.state;
      // A new epoch is a new question: what was granted under the old one may have been taken back since.
      const opId = await this.operation(`push:${intent.commit}:${epoch}`);
      try {
        const answer = await this.options.link.request(METHODS.runPush, { opId, run: this.packet.run, epoch, ...intent });
        if (!answer.granted) return { granted: false, reason: answer.reason };
        this.options.onGranted();
        return { granted: true };
      } catch (error) {
        if (error instanceof RemoteError && (error.code === 'not_found' || error.code === 'forbidden' || error.code === 'invalid_params')) return { granted: false, reason: error.data.reason ?? error.code };
        // Anything else is a question without an answer, which is asked again under the same id.
        await this.pause(LOOK_AGAIN_MS);
      }
    }
  }

  async subtask(request: SubtaskRequest): Promise<SubtaskAnswer> {
    this.subtasks += 1;
    const opId = await this.operation(`subtask:${this.subtasks}:${request.title.slice(0, 100)}`);
    const giveUpAt = this.clock.steady() + PATIENCE_MS;
    while (this.clock.steady() < giveUpAt && !this.signal.aborted) {
      try {
        if (this.isFree()) {
          const { skills, acceptanceCriteria, ...rest } = request;
          const params = { opId, run: this.packet.run, epoch: this.options.journal.state.epoch, ...rest, skills: [...skills], acceptanceCriteria: [...acceptanceCriteria] };
          const answer = await this.options.link.request(METHODS.runSubtask, params);
          return { ok: true, text: answer.sentence === '' ? `The subtask is ${answer.key}.` : answer.sentence, waiting: answer.waiting };
        }
      } catch (error) {
        if (error instanceof RemoteError && error.code !== 'unavailable' && error.code !== 'internal') return { ok: false, text: error.data.sentence, waiting: false };
      }
      await this.pause(LOOK_AGAIN_MS);
    }
    return { ok: false, text: 'The studio cannot be reached now, so no subtask was made. Go on without it.', waiting: false };
  }

  inTeam(): boolean {
    return this.options.ports.inTeam();
  }

  /** Not asked again when no answer comes: the team can do without a note, and one that is said twice confuses. */
  async post(text: string): Promise<ToolAnswer> {
    try {
      const { turnsLeft } = await this.options.link.request(METHODS.channelPost, { opId: this.options.ports.newId(), run: this.packet.run, text });
      return { ok: true, text: turnsLeft === 0 ? 'The team has it. It has talked enough for now: the next word is a person\'s.' : 'The team has it.' };
    } catch (error) {
      return { ok: false, text: error instanceof RemoteError ? error.data.sentence : 'The studio cannot be reached now. Go on without it.' };
    }
  }

  serveTools(handler: ((call: ToolCall) => Promise<ToolAnswer>) | undefined): void {
    const { toolHandlers } = this.options.ports;
    if (handler === undefined) toolHandlers.delete(this.packet.run);
    else toolHandlers.set(this.packet.run, handler);
  }

  takeSteering(): readonly string[] {
    return this.steering.splice(0);
  }

  onSteering(deliver: ((text: string) => Promise<boolean>) | undefined): void {
    this.deliver = deliver;
  }

  watch(agent: WatchedAgent | undefined): void {
    this.watched = agent;
  }

  /** New words of a person: to the agent now if it takes them, else into its next turn. */
  async steer(text: string): Promise<void> {
    const taken = (await this.deliver?.(text).catch(() => false)) ?? false;
    if (!taken) this.steering.push(text);
    this.emit('steered', { text: text.slice(0, 16_000), delivered: taken ? 'now' : 'next_turn' });
  }

  owe(owed: Owed): Promise<void> {
    const written = this.options.journal.append({ t: 'owed', at: this.clock.now(), owed });
    // Told also when the disk takes nothing: what is known here is lost with this process only, and the studio is where it is safe.
    return written.finally(() => this.options.onWritten());
  }

  /** The id under which something is asked, the same after a crash. */
  private async operation(key: string): Promise<string> {
    const known = this.options.journal.state.asked.get(key);
    if (known !== undefined) return known;
    const opId = this.options.ports.newId();
    await this.options.journal.append({ t: 'asked', at: this.clock.now(), key, opId });
    return opId;
  }

  private write(kind: RunEventItem['kind'], payload: Readonly<Record<string, unknown>>): void {
    const { journal } = this.options;
    this.append({ t: 'event', event: { seq: journal.state.lastSeq + 1, at: new Date(this.clock.now()).toISOString(), kind, payload: { ...payload } } });
    this.options.onWritten();
  }

  private append(record: JournalRecord): void {
    this.options.journal.append(record).catch((error: unknown) => this.options.ports.onProblem({ id: 'runs/journal_failed', detail: error }));
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        cancel();
        this.signal.removeEventListener('abort', finish);
        resolve();
      };
      const cancel = this.clock.after(ms, finish);
      this.signal.addEventListener('abort', finish, { once: true });
    });
  }
}
