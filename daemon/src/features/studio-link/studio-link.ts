import { METHODS, RemoteError } from '@maestro/protocol';
import type { RequestMethod, RequestOptions } from '@maestro/protocol';
import type { z } from 'zod';
import type { Clock } from '../../platform/clock.js';
import { SecretsUnavailable } from '../../platform/secrets/secret-store.js';
import type { TokenAnswer } from '../identity/index.js';
import type { Connection } from './connection.js';
import { openConnection } from './connection.js';
import { reconnectPause } from './domain/backoff.js';
import { LeaseBook } from './domain/lease-book.js';
import type { NextTry, Parting } from './domain/parting.js';
import { nextTry } from './domain/parting.js';
import { Heartbeat } from './heartbeat.loop.js';
import type { LinkHandler, LinkState, Welcome } from './link.types.js';
import { Offline } from './link.types.js';

export interface StudioLinkOptions {
  /** `http(s)://…`, as identities name it. */
  readonly studio: string;
  readonly tokens: { access(): Promise<TokenAnswer>; afterRejection(rejected: string): Promise<TokenAnswer> };
  readonly handler: LinkHandler;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly onProblem: (problem: { readonly id: string; readonly detail: unknown }) => void;
  readonly onState: (state: LinkState) => void;
}

const HELLO_TIMEOUT_MS = 15_000;

/** One project's connection to its studio: made again and again, for as long as the daemon lives. */
export class StudioLink {
  readonly leases = new LeaseBook();
  private current: LinkState;
  private connection: Connection | undefined;
  private heartbeat: Heartbeat | undefined;
  private drainMs: number | undefined;
  private stopping = false;
  private wake: () => void = () => undefined;
  private running: Promise<void> | undefined;

  constructor(private readonly options: StudioLinkOptions) {
    this.current = { kind: 'connecting', since: options.clock.now() };
  }

  get state(): LinkState {
    return this.current;
  }

  get online(): boolean {
    return this.current.kind === 'online';
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Says goodbye where that is possible, and ends the connection for good. */
  async stop(opId: string): Promise<void> {
    this.stopping = true;
    if (this.online) await this.request(METHODS.sessionLeave, { opId }, { timeoutMs: 2_000 }).catch(() => undefined);
    this.connection?.end({ kind: 'closed', code: 1000, reason: 'leaving' });
    this.wake();
    await this.running;
  }

  /** Calls the studio. Rejects with {@link Offline}, or as a peer's `request` does. */
  request<P extends z.ZodObject, R extends z.ZodType>(method: RequestMethod<string, 'daemon-to-studio', P, R>, params: z.input<P>, options?: RequestOptions): Promise<z.output<R>> {
    if (this.connection === undefined || !this.online) return Promise.reject(new Offline());
    return this.connection.peer.request(method, params, options);
  }

  /** A lease was taken or given back: the next heartbeat may be due sooner. */
  leasesChanged(): void {
    this.heartbeat?.reschedule();
  }

  /** A new socket and a new hello at once: the studio is to decide anew about the runs that are held here. */
  reintroduce(): void {
    this.connection?.end({ kind: 'forgotten' });
  }

  private async run(): Promise<void> {
    let failures = 0;
    let renew: string | undefined;
    while (!this.stopping) {
      const attempt = await this.attempt(renew);
      if (attempt.welcomed) failures = 0;
      const next = nextTry(attempt.parting, renew !== undefined && !attempt.welcomed);
      renew = next.renewToken ? attempt.token : undefined;
      if (next.growing) failures += 1;
      await this.pause(next, failures, attempt.parting);
    }
    this.become({ kind: 'stopped', since: this.options.clock.now() });
  }

  /** One token, one socket, one hello, and everything until it ends. */
  private async attempt(rejected: string | undefined): Promise<{ parting: Parting; token: string | undefined; welcomed: boolean }> {
    this.become({ kind: 'connecting', since: this.options.clock.now() });
    const token = await this.token(rejected);
    if (typeof token !== 'string') return { parting: token, token: rejected, welcomed: false };
    const { clock, handler, onProblem, studio } = this.options;
    const opened = await openConnection({ url: socketUrl(studio), token, handler, onDrain: (ms) => this.drain(ms), clock, onProblem });
    if (!('peer' in opened)) return { parting: opened, token, welcomed: false };
    if (this.stopping) opened.end({ kind: 'closed', code: 1000, reason: 'leaving' });
    this.connection = opened;
    this.drainMs = undefined;
    const welcome = await this.sayHello(opened);
    if (welcome !== undefined) this.beginSession(opened, welcome.result, welcome.sentAt);
    const parting = await opened.ended;
    this.heartbeat?.stop();
    this.heartbeat = undefined;
    this.connection = undefined;
    if (welcome !== undefined) handler.disconnected();
    return { parting: this.drainMs === undefined ? parting : { kind: 'drained', reconnectMs: this.drainMs }, token, welcomed: welcome !== undefined };
  }

  private async token(rejected: string | undefined): Promise<string | Parting> {
    try {
      const answer = await (rejected === undefined ? this.options.tokens.access() : this.options.tokens.afterRejection(rejected));
      if (answer.ok) return answer.token;
      return { kind: 'signed_out', sentence: `${answer.problem.sentence} To sign in: ${answer.problem.remedy}.` };
    } catch (error) {
      if (error instanceof SecretsUnavailable) return { kind: 'signed_out', sentence: `${error.sentence} To go on: ${error.remedy}.` };
      return { kind: 'broken', sentence: error instanceof Error ? error.message : String(error) };
    }
  }

  private async sayHello(connection: Connection): Promise<{ result: Welcome; sentAt: number } | undefined> {
    try {
      const params = await this.options.handler.hello();
      const sentAt = this.options.clock.steady();
      return { result: await connection.peer.request(METHODS.sessionHello, params, { timeoutMs: HELLO_TIMEOUT_MS }), sentAt };
    } catch (error) {
      connection.end(helloParting(error));
      return undefined;
    }
  }

  private beginSession(connection: Connection, welcome: Welcome, sentAt: number): void {
    this.leases.setLeaseSeconds(welcome.leaseSeconds);
    this.become({ kind: 'online', since: this.options.clock.now(), session: welcome.session });
    this.options.handler.welcomed(welcome, sentAt);
    this.heartbeat = new Heartbeat({
      connection,
      leases: this.leases,
      handler: this.options.handler,
      clock: this.options.clock,
      busyMs: welcome.heartbeatSeconds * 1_000,
      idleMs: welcome.idleHeartbeatSeconds * 1_000,
    });
    this.heartbeat.start();
  }

  /** The studio closes the socket when it goes; should it not, this side does in time. */
  private drain(reconnectMs: number): void {
    this.drainMs = reconnectMs;
    this.options.handler.draining();
    const { connection } = this;
    this.options.clock.after(reconnectMs, () => connection?.end({ kind: 'drained', reconnectMs: 0 }));
  }

  private async pause(next: NextTry, failures: number, parting: Parting): Promise<void> {
    if (this.stopping) return;
    const { clock, random } = this.options;
    const ms = reconnectPause(Math.max(1, failures), random(), next.atLeastMs);
    const since = clock.now();
    if (next.trouble !== undefined) this.become({ kind: next.trouble.kind, since, retryAt: since + ms, sentence: next.trouble.sentence });
    else this.become({ kind: 'offline', since, retryAt: since + ms, sentence: sentenceOf(parting) });
    await new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve);
      this.wake = () => {
        cancel();
        resolve();
      };
    });
  }

  private become(state: LinkState): void {
    this.current = state;
    this.options.onState(state);
  }
}

function socketUrl(studio: string): string {
  return `${studio.replace(/^http/, 'ws')}/ws/daemon`;
}

function helloParting(error: unknown): Parting {
  if (!(error instanceof RemoteError)) return { kind: 'broken', sentence: error instanceof Error ? error.message : String(error) };
  const { retryAfterMs, sentence } = error.data;
  return { kind: 'hello_refused', code: error.code, sentence, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function sentenceOf(parting: Parting): string {
  switch (parting.kind) {
    case 'broken':
    case 'signed_out':
    case 'hello_refused':
      return parting.sentence;
    case 'closed':
      return parting.reason === '' ? `The studio closed the connection (${parting.code}).` : parting.reason;
    case 'drained':
      return 'The studio is restarting.';
    case 'forgotten':
      return 'The studio asked this machine to introduce itself again.';
  }
}
