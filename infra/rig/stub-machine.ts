import { randomBytes, randomUUID } from 'node:crypto';
import { createPeer, createService, listen, METHODS, PURPOSES, registry, SUPPORTED_VERSIONS } from '@maestro/protocol';
import type { HeldRun, Peer, Purpose, RunEventItem, RunOutcome, RunPacket } from '@maestro/protocol';
import { WebSocket } from 'ws';

/** How a stub presents itself. */
export interface StubOptions {
  readonly url: string;
  /** Access token of the member that it acts as. */
  readonly token: string;
  readonly project: string;
  readonly name?: string;
  readonly purposes?: readonly Purpose[];
  readonly capacity?: number;
}

/** A run in the hands of a stub. */
export interface Held {
  readonly run: string;
  readonly epoch: number;
  readonly packet: RunPacket;
}

type Welcome = ReturnType<(typeof METHODS.sessionHello.result)['parse']>;

const NO_USAGE = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, seconds: 0, turns: 0 };

/**
 * A daemon without a machine: it speaks the real protocol over a real socket, and does no work. A thousand of them fit into one process,
 * where a thousand real daemons would measure the operating system.
 */
export class StubMachine {
  readonly machine = uuidV7();
  welcome: Welcome | undefined;
  /** Called with the run that was offered, the moment its message arrives. */
  onAvailable: (run: string) => void = () => undefined;
  onClosed: (code: number) => void = () => undefined;
  /** Runs that it was given and has not ended, with their epochs: their leases are renewed. */
  readonly held = new Map<string, number>();
  private beats: NodeJS.Timeout | undefined;
  private socket: WebSocket | undefined;
  private peer: Peer<'daemon-to-studio'> | undefined;

  constructor(private readonly options: StubOptions) {}

  get calls(): Peer<'daemon-to-studio'> {
    if (this.peer === undefined) throw new Error('this stub is not connected');
    return this.peer;
  }

  /** Opens the socket. @throws Error when the studio refuses it. */
  async open(): Promise<void> {
    const socket = new WebSocket(`${this.options.url.replace('http', 'ws')}/ws/daemon`, ['maestro.v1'], { headers: { authorization: `Bearer ${this.options.token}` }, perMessageDeflate: false });
    this.socket = socket;
    const peer = createPeer<'studio-to-daemon', StubMachine, AbortSignal>({
      service: SERVICE,
      context: this,
      port: { send: (text) => socket.send(text) },
      ports: { after, newCancelSource: () => new AbortController(), newCorrelationId: randomUUID },
      onInternalError: ({ error }) => {
        throw error;
      },
      onViolation: () => undefined,
    });
    this.peer = peer;
    socket.on('message', (data) => peer.receive((data as Buffer).toString()));
    socket.on('close', (code) => {
      clearInterval(this.beats);
      peer.close('closed');
      this.onClosed(code);
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      // Stays: what goes wrong later ends in `close`.
      socket.on('error', reject);
      socket.once('unexpected-response', (_request, response) => reject(new Error(`the studio refused the socket: ${response.statusCode}`)));
    });
  }

  /** Says hello with the runs that it still holds. */
  async hello(runs: readonly HeldRun[] = []): Promise<Welcome> {
    const { project, name = 'stub', purposes = PURPOSES, capacity = 4 } = this.options;
    this.welcome = await this.calls.request(METHODS.sessionHello, {
      protocol: { ...SUPPORTED_VERSIONS },
      daemonVersion: '0.1.0',
      hostname: 'stub',
      machine: this.machine as never,
      project: project as never,
      name,
      role: 'lead',
      purposes: [...purposes],
      agents: [{ name: 'rehearsal', models: [] }],
      skills: [],
      capacity,
      reachable: true,
      mayPush: true,
      runs: [...runs],
    });
    clearInterval(this.beats);
    this.beats = setInterval(() => void this.heartbeat().catch(() => undefined), this.welcome.heartbeatSeconds * 1_000);
    return this.welcome;
  }

  async connect(runs: readonly HeldRun[] = []): Promise<Welcome> {
    await this.open();
    return this.hello(runs);
  }

  async offers(): Promise<readonly string[]> {
    return (await this.calls.request(METHODS.runOffers, {})).runs;
  }

  async claim(run: string): Promise<Held> {
    const { packet } = await this.calls.request(METHODS.runClaim, { opId: uuidV7() as never, run: run as never });
    this.held.set(run, packet.epoch);
    return { run, epoch: packet.epoch, packet };
  }

  start({ run, epoch }: Omit<Held, 'packet'>): Promise<unknown> {
    return this.calls.request(METHODS.runStart, { opId: uuidV7() as never, run: run as never, epoch, startedAt: new Date().toISOString() });
  }

  finish({ run, epoch }: Omit<Held, 'packet'>, outcome: RunOutcome): Promise<{ readonly counted: string }> {
    this.held.delete(run);
    return this.calls.request(METHODS.runFinish, { opId: uuidV7() as never, run: run as never, epoch, lastSeq: 0, usage: NO_USAGE, outcome });
  }

  events({ run, epoch }: Omit<Held, 'packet'>, events: readonly RunEventItem[]): Promise<{ readonly ackSeq: number }> {
    return this.calls.request(METHODS.runEvents, { run: run as never, epoch, events: [...events] });
  }

  /** Renews its leases, and lets go of what it is told it does not hold. */
  async heartbeat(): Promise<void> {
    const { invalid } = await this.calls.request(METHODS.sessionHeartbeat, { runs: [...this.held].map(([run, epoch]) => ({ run: run as never, epoch })) });
    for (const run of invalid) this.held.delete(run);
  }

  /** As a machine does that lost its network. */
  cut(): void {
    this.socket?.terminate();
  }

  /** Ends the connection in order. */
  async close(): Promise<void> {
    const { socket } = this;
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.close();
    await closed;
  }
}

const SERVICE = createService<'studio-to-daemon', StubMachine, AbortSignal>({
  registry,
  direction: 'studio-to-daemon',
  authorize: () => undefined,
  handlers: [
    listen(METHODS.runAvailable, ({ run }, { context }) => context.onAvailable(run)),
    listen(METHODS.runCancel, ({ run }, { context }) => void context.held.delete(run)),
    listen(METHODS.runHold, () => undefined),
    listen(METHODS.runSteer, () => undefined),
    listen(METHODS.taskAssigned, () => undefined),
    listen(METHODS.channelMessage, () => undefined),
    listen(METHODS.teamReap, () => undefined),
    listen(METHODS.sessionDrain, () => undefined),
  ],
});

function after(ms: number, task: () => void): () => void {
  const timer = setTimeout(task, ms);
  return () => clearTimeout(timer);
}

/** RFC 9562 version 7, as the studio asks of operation ids. */
export function uuidV7(): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
