import { randomUUID } from 'node:crypto';
import { createPeer, createService, listen, METHODS, PURPOSES, registry, SUPPORTED_VERSIONS } from '@maestro/protocol';
import type { HeldRun, Peer, RunEventItem, RunOutcome, RunPacket, Usage, WaitReason } from '@maestro/protocol';
import { WebSocket } from 'ws';
import type { z } from 'zod';
import { newId } from '../platform/ids/index.js';
import { waitFor } from './wait-for.js';

type Hello = z.input<typeof METHODS.sessionHello.params>;
export type Welcome = z.output<typeof METHODS.sessionHello.result>;

/** What the studio told the daemon without being asked. */
export interface Heard {
  readonly available: string[];
  readonly cancelled: { readonly run: string; readonly why: string }[];
  readonly held: { readonly run: string; readonly reason: string }[];
  readonly steered: { readonly run: string; readonly text: string }[];
  readonly assigned: { readonly key: string; readonly title: string }[];
  readonly drained: number[];
  readonly said: { readonly kind: string; readonly text: string }[];
  readonly reaped: string[];
}

const nothing = (): Heard => ({ available: [], cancelled: [], held: [], steered: [], assigned: [], drained: [], said: [], reaped: [] });

const service = createService<'studio-to-daemon', Heard, AbortSignal>({
  registry,
  direction: 'studio-to-daemon',
  authorize: () => undefined,
  handlers: [
    listen(METHODS.runAvailable, ({ run }, { context }) => void context.available.push(run)),
    listen(METHODS.runCancel, (said, { context }) => void context.cancelled.push(said)),
    listen(METHODS.runHold, (said, { context }) => void context.held.push(said)),
    listen(METHODS.runSteer, (said, { context }) => void context.steered.push(said)),
    listen(METHODS.taskAssigned, (said, { context }) => void context.assigned.push(said)),
    listen(METHODS.channelMessage, ({ message }, { context }) => void context.said.push(message)),
    listen(METHODS.teamReap, ({ why }, { context }) => void context.reaped.push(why)),
    listen(METHODS.sessionDrain, ({ reconnectMs }, { context }) => void context.drained.push(reconnectMs)),
  ],
});

const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, seconds: 0, turns: 0 };

/** A claimed run in the daemon's hands. */
export interface Work {
  readonly packet: RunPacket;
  readonly run: string;
  readonly epoch: number;
}

/** A machine that speaks the real protocol over a real socket and does no work: tests say what came of it. */
export class FakeDaemon {
  readonly heard = nothing();
  readonly machine: string;
  welcome: Welcome | undefined;
  closed: { readonly code: number; readonly reason: string } | undefined;
  private socket: WebSocket | undefined;
  private peer: Peer<'daemon-to-studio'> | undefined;

  constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly project: string,
    private readonly offer: Partial<Hello> = {},
  ) {
    this.machine = offer.machine ?? newId();
  }

  get session(): string {
    return this.welcome?.session ?? '';
  }

  get calls(): Peer<'daemon-to-studio'> {
    if (this.peer === undefined) throw new Error('open the socket first');
    return this.peer;
  }

  /** Opens the socket. Rejects with the HTTP status when the upgrade is refused. */
  async open(headers: Readonly<Record<string, string>> = {}, protocols: readonly string[] = ['maestro.v1']): Promise<void> {
    const socket = new WebSocket(`${this.url.replace('http', 'ws')}/ws/daemon`, [...protocols], { headers: { authorization: `Bearer ${this.token}`, ...headers } });
    this.socket = socket;
    this.closed = undefined;
    const peer = createPeer<'studio-to-daemon', Heard, AbortSignal>({
      service,
      context: this.heard,
      port: { send: (text) => socket.send(text) },
      ports: { after: (ms, task) => cancellable(ms, task), newCancelSource: () => new AbortController(), newCorrelationId: randomUUID },
      onInternalError: ({ error }) => {
        throw error;
      },
      onViolation: () => undefined,
    });
    this.peer = peer;
    socket.on('message', (data) => peer.receive((data as Buffer).toString()));
    socket.on('close', (code, reason) => {
      peer.close('closed');
      if (this.socket === socket) this.closed = { code, reason: reason.toString() };
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      // Stays, since a later error ends in 'close' and must not end the test's process.
      socket.on('error', reject);
      socket.once('unexpected-response', (_request, response) => reject(new Error(`upgrade refused: ${response.statusCode}`)));
    });
  }

  /** Opens the socket and says hello, with the runs that the machine still holds. */
  async connect(runs: readonly HeldRun[] = []): Promise<Welcome> {
    await this.open();
    return this.hello(runs);
  }

  async hello(runs: readonly HeldRun[] = []): Promise<Welcome> {
    this.welcome = await this.calls.request(METHODS.sessionHello, {
      protocol: { ...SUPPORTED_VERSIONS },
      daemonVersion: '0.1.0',
      hostname: 'test',
      name: 'ada',
      role: 'lead',
      purposes: [...PURPOSES],
      agents: [{ name: 'rehearsal', models: [] }],
      skills: [],
      capacity: 4,
      reachable: true,
      mayPush: true,
      ...this.offer,
      project: this.project as never,
      machine: this.machine as never,
      runs: [...runs],
    } as Hello);
    return this.welcome;
  }

  /** As a machine does that lost its network: the studio learns of it by the socket's end alone. */
  cut(): void {
    this.socket?.terminate();
  }

  async untilClosed(): Promise<{ readonly code: number; readonly reason: string }> {
    return waitFor('the socket to close', () => this.closed);
  }

  /** Runs on offer. */
  async offers(): Promise<readonly string[]> {
    return (await this.calls.request(METHODS.runOffers, {})).runs;
  }

  async claim(run: string): Promise<Work> {
    const { packet } = await this.calls.request(METHODS.runClaim, { opId: newId() as never, run: run as never });
    return { packet, run: packet.run, epoch: packet.epoch };
  }

  /** Claims and starts the next offer, whatever it is for. */
  async take(purpose?: string): Promise<Work> {
    const run = await waitFor(`an offer${purpose === undefined ? '' : ` to ${purpose}`}`, async () => (await this.offers())[0]);
    const work = await this.claim(run);
    if (purpose !== undefined && work.packet.purpose !== purpose) throw new Error(`offered ${work.packet.purpose} instead of ${purpose}`);
    await this.start(work);
    return work;
  }

  start({ run, epoch }: Pick<Work, 'run' | 'epoch'>): Promise<unknown> {
    return this.calls.request(METHODS.runStart, { opId: newId() as never, run: run as never, epoch, startedAt: new Date().toISOString() });
  }

  finish({ run, epoch }: Pick<Work, 'run' | 'epoch'>, outcome: RunOutcome, options: { readonly usage?: Partial<Usage>; readonly opId?: string } = {}): Promise<{ readonly counted: string }> {
    return this.calls.request(METHODS.runFinish, {
      opId: (options.opId ?? newId()) as never,
      run: run as never,
      epoch,
      lastSeq: 0,
      usage: { ...NO_USAGE, ...options.usage },
      outcome,
    });
  }

  events({ run, epoch }: Pick<Work, 'run' | 'epoch'>, events: readonly RunEventItem[], usage?: Partial<Usage>): Promise<{ readonly ackSeq: number }> {
    return this.calls.request(METHODS.runEvents, { run: run as never, epoch, events: [...events], ...(usage === undefined ? {} : { usage: { ...NO_USAGE, ...usage } }) });
  }

  wait({ run, epoch }: Pick<Work, 'run' | 'epoch'>, reason: WaitReason, more: { readonly until?: string; readonly question?: string; readonly head?: string } = {}): Promise<unknown> {
    return this.calls.request(METHODS.runWait, { opId: newId() as never, run: run as never, epoch, reason, ...more, ...(more.head === undefined ? {} : { head: more.head as never }) });
  }

  push({ run, epoch }: Pick<Work, 'run' | 'epoch'>, asked: { readonly head: string; readonly tip: string; readonly commit: string; readonly tipMoved?: boolean }): Promise<{ readonly granted: boolean; readonly reason?: string; readonly review?: boolean }> {
    return this.calls.request(METHODS.runPush, { opId: newId() as never, run: run as never, epoch, tipMoved: false, ...asked });
  }

  subtask({ run, epoch }: Pick<Work, 'run' | 'epoch'>, asked: { readonly title: string; readonly wait?: boolean; readonly needsParent?: boolean }): Promise<{ readonly task: string; readonly key: string; readonly waiting: boolean; readonly sentence: string }> {
    return this.calls.request(METHODS.runSubtask, { opId: newId() as never, run: run as never, epoch, ...asked });
  }

  heartbeat(held: readonly Pick<Work, 'run' | 'epoch'>[]): Promise<{ readonly invalid: readonly string[]; readonly helloNeeded: boolean }> {
    return this.calls.request(METHODS.sessionHeartbeat, { runs: held.map(({ run, epoch }) => ({ run: run as never, epoch })) });
  }
}

function cancellable(ms: number, task: () => void): () => void {
  const timer = setTimeout(task, ms);
  return () => clearTimeout(timer);
}

let made = 0;
/** A git object name that nothing else has. */
export function oid(): string {
  made += 1;
  return made.toString(16).padStart(40, '0');
}

/** Work that changed something. */
export function produced(over: Partial<Extract<RunOutcome, { kind: 'produced' }>> = {}): Extract<RunOutcome, { kind: 'produced' }> {
  return { kind: 'produced', head: oid(), tree: oid(), base: oid(), baseTree: oid(), tip: oid(), commits: 1, filesChanged: 1, finalMessage: 'Done.', ...over };
}

export function judged(head: string, finalMessage: string): RunOutcome {
  return { kind: 'judged', head, tool: [], finalMessage };
}

export const crashed: RunOutcome = { kind: 'failed', class: 'crash', sentence: 'The agent crashed.' };
