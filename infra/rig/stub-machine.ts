import { METHODS, PURPOSES } from '@maestro/protocol';
import type { HeldRun, Purpose, RunEventItem, RunOutcome, RunPacket } from '@maestro/protocol';
import { StubLink, greet } from './stub-link.js';
import type { Observe, Welcome } from './stub-link.js';
import { newId, uuidV7 } from './uuid-v7.js';

/** How a stub presents itself. */
export interface StubOptions {
  readonly url: string;
  /** Access token of the member that it acts as. */
  readonly token: string;
  readonly project: string;
  readonly observe?: Observe;
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

const NO_USAGE = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, seconds: 0, turns: 0 };

/**
 * A daemon without a machine: it speaks the real protocol over a real socket, does no work, and does nothing that it is not told to by
 * the test but renewing its leases. A thousand of them fit into one process, where a thousand real daemons would measure the operating system.
 */
export class StubMachine {
  readonly machine = uuidV7();
  welcome: Welcome | undefined;
  /** Called with the run that was offered, the moment its message arrives. */
  onAvailable: (run: string) => void = () => undefined;
  /** Runs that it was given and has not ended, with their epochs: their leases are renewed. */
  readonly held = new Map<string, number>();
  private beats: NodeJS.Timeout | undefined;
  private lastBeat = 0;
  private link: StubLink | undefined;

  /** Access token of the member that it acts as; to be replaced before it runs out. */
  token: string;

  constructor(private readonly options: StubOptions) {
    this.token = options.token;
  }

  get connected(): boolean {
    return this.link?.broken === false;
  }

  get calls(): StubLink {
    if (this.link === undefined) throw new Error('this stub is not connected');
    return this.link;
  }

  /** Opens the socket. @throws Error when the studio refuses it. */
  async open(): Promise<void> {
    const { url, observe } = this.options;
    this.link = await StubLink.open({
      url,
      token: this.token,
      ...(observe === undefined ? {} : { observe }),
      listener: {
        available: (run) => this.onAvailable(run),
        cancelled: (run) => void this.held.delete(run),
        closed: () => clearInterval(this.beats),
      },
    });
  }

  /** Says hello with the runs that it still holds. */
  async hello(runs: readonly HeldRun[] = []): Promise<Welcome> {
    const { project, name = 'stub', purposes = PURPOSES, capacity = 4 } = this.options;
    this.welcome = await greet(this.calls, { machine: this.machine, project, name, purposes, capacity }, runs);
    clearInterval(this.beats);
    this.lastBeat = performance.now();
    this.beats = setInterval(() => void this.beatIfDue().catch(() => undefined), this.welcome.heartbeatSeconds * 1_000);
    return this.welcome;
  }

  async connect(runs: readonly HeldRun[] = []): Promise<Welcome> {
    await this.open();
    return this.hello(runs);
  }

  async offers(): Promise<readonly string[]> {
    return (await this.calls.ask(METHODS.runOffers, {})).runs;
  }

  async claim(run: string): Promise<Held> {
    const { packet } = await this.calls.ask(METHODS.runClaim, { opId: newId(), run: run as never });
    this.held.set(run, packet.epoch);
    return { run, epoch: packet.epoch, packet };
  }

  start({ run, epoch }: Omit<Held, 'packet'>): Promise<unknown> {
    return this.calls.ask(METHODS.runStart, { opId: newId(), run: run as never, epoch, startedAt: new Date().toISOString() });
  }

  finish({ run, epoch }: Omit<Held, 'packet'>, outcome: RunOutcome): Promise<{ readonly counted: string }> {
    this.held.delete(run);
    return this.calls.ask(METHODS.runFinish, { opId: newId(), run: run as never, epoch, lastSeq: 0, usage: NO_USAGE, outcome });
  }

  events({ run, epoch }: Omit<Held, 'packet'>, events: readonly RunEventItem[]): Promise<{ readonly ackSeq: number }> {
    return this.calls.ask(METHODS.runEvents, { run: run as never, epoch, events: [...events] });
  }

  /** Renews its leases, and lets go of what it is told it does not hold. */
  async heartbeat(): Promise<void> {
    this.lastBeat = performance.now();
    const { invalid } = await this.calls.ask(METHODS.sessionHeartbeat, { runs: [...this.held].map(([run, epoch]) => ({ run: run as never, epoch })) });
    for (const run of invalid) this.held.delete(run);
  }

  /** Without leases to renew a daemon reports less often. */
  private async beatIfDue(): Promise<void> {
    const idleMs = (this.welcome?.idleHeartbeatSeconds ?? 0) * 1_000;
    if (this.held.size > 0 || performance.now() - this.lastBeat >= idleMs) await this.heartbeat();
  }

  /** As a machine does that lost its network. */
  cut(): void {
    this.link?.cut();
  }

  /** Ends the connection in order. */
  async close(): Promise<void> {
    await this.link?.close();
  }
}
