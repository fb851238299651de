import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { METHODS, createPeer, createService, registry, refuseWire, serve } from '@maestro/protocol';
import type { Counted, Peer, RunEventItem, RunOutcome, RunPacket } from '@maestro/protocol';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { z } from 'zod';
import { newId } from '../platform/new-id.js';

export type PacketInput = Omit<z.input<typeof RunPacket>, 'epoch'>;
type Held = z.output<typeof METHODS.sessionHello.params>['runs'][number];
type Decision = z.input<typeof METHODS.sessionHello.result>['runs'][number];

interface OfferedRun {
  packet: PacketInput;
  epoch: number;
  claimable: boolean;
}

/** A studio that speaks the real protocol over a real socket and decides nothing by itself: tests say what it answers, and read what it got. */
export class FakeStudio {
  /** Every call that was answered, in order. */
  readonly calls: { readonly method: string; readonly params: Readonly<Record<string, unknown>> }[] = [];
  /** Events by run as a studio would hold them: without gaps, each once. */
  readonly events = new Map<string, RunEventItem[]>();
  readonly outcomes = new Map<string, RunOutcome[]>();
  readonly tokens = new Set(['token']);
  leaseSeconds = 15;
  heartbeatSeconds = 1;
  /** What becomes of a run that a daemon says it holds. Default: it goes on under the next epoch, or is reported. */
  decide: (held: Held) => Decision = (held) => {
    if (held.state === 'ended') return { run: held.run, decision: 'report' };
    const offered = this.runs.get(held.run);
    if (offered !== undefined) offered.epoch = held.epoch + 1;
    return { run: held.run, decision: 'continue', epoch: held.epoch + 1 };
  };
  grant: (params: Readonly<Record<string, unknown>>) => Promise<{ granted: true } | { granted: false; reason: string; review: boolean }> = () => Promise.resolve({ granted: true });
  /** What outcomes are told to count for. */
  counted: Counted = 'counted';
  /** Runs that heartbeats are told to be invalid. */
  readonly invalid = new Set<string>();
  /** Answers to these methods are lost once each, after the call had its effect. */
  readonly swallow: string[] = [];
  /** Heartbeats are not answered. */
  silent = false;
  private readonly runs = new Map<string, OfferedRun>();
  private readonly done = new Map<string, unknown>();
  private readonly sockets = new Set<WebSocket>();
  private readonly peers = new Set<Peer<'studio-to-daemon'>>();
  private refusing = false;

  private constructor(
    private readonly http: Server,
    private readonly ws: WebSocketServer,
  ) {}

  static async start(): Promise<FakeStudio> {
    const http = createServer((_request, response) => response.writeHead(404).end());
    const ws = new WebSocketServer({ noServer: true, handleProtocols: () => 'maestro.v1' });
    const studio = new FakeStudio(http, ws);
    http.on('upgrade', (request, socket, head) => {
      const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
      if (studio.refusing || request.url !== '/ws/daemon') return socket.destroy();
      if (!studio.tokens.has(token)) return socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n');
      return ws.handleUpgrade(request, socket, head, (opened) => studio.accept(opened));
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    return studio;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  get connections(): number {
    return this.sockets.size;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    this.ws.close();
    await new Promise((resolve) => this.http.close(resolve));
  }

  /** Offers a run, and pushes it to whoever is connected. The same run offered again has waited. */
  offer(packet: PacketInput): void {
    const known = this.runs.get(packet.run);
    this.runs.set(packet.run, { packet, epoch: known?.epoch ?? 0, claimable: true });
    for (const peer of this.peers) void peer.notify(METHODS.runAvailable, { run: packet.run }).catch(() => undefined);
  }

  tell<M extends 'runCancel' | 'runHold' | 'runSteer' | 'sessionDrain'>(method: M, params: z.input<(typeof METHODS)[M]['params']>): void {
    for (const peer of this.peers) void peer.notify(METHODS[method] as typeof METHODS.runCancel, params as never).catch(() => undefined);
  }

  /** The link breaks, and no new one can be made until `heal`. */
  cut(): void {
    this.refusing = true;
    for (const socket of this.sockets) socket.terminate();
  }

  heal(): void {
    this.refusing = false;
  }

  /** Closes every socket with a code. */
  close(code: number): void {
    for (const socket of this.sockets) socket.close(code, 'as the test says');
  }

  callsOf(method: string): readonly Readonly<Record<string, unknown>>[] {
    return this.calls.filter((call) => call.method === method).map((call) => call.params);
  }

  private accept(socket: WebSocket): void {
    this.sockets.add(socket);
    const peer = createPeer<'daemon-to-studio', FakeStudio, AbortSignal>({
      service: SERVICE,
      context: this,
      port: { send: (text) => this.send(socket, text) },
      ports: {
        after: (ms, task) => {
          const timer = setTimeout(task, ms);
          return () => clearTimeout(timer);
        },
        newCancelSource: () => new AbortController(),
        newCorrelationId: () => randomUUID(),
      },
      onInternalError: (report) => {
        throw report.error;
      },
      onViolation: (violation) => this.calls.push({ method: 'violation', params: { ...violation } }),
    });
    this.peers.add(peer);
    socket.on('message', (data) => peer.receive((data as Buffer).toString('utf8')));
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.sockets.delete(socket);
      this.peers.delete(peer);
      peer.close('closed');
    });
  }

  /** An answer can get lost; the link is gone then, as far as anybody can tell. */
  private send(socket: WebSocket, text: string): void {
    const last = this.calls.at(-1)?.method;
    const index = last === undefined || !text.includes('"result"') ? -1 : this.swallow.indexOf(last);
    if (index === -1) return socket.send(text);
    this.swallow.splice(index, 1);
    return socket.terminate();
  }

  /** @internal */
  call<T>(method: string, params: Readonly<Record<string, unknown>>, effect: () => T): T {
    this.calls.push({ method, params });
    const opId = params['opId'];
    if (typeof opId !== 'string') return effect();
    const key = `${method} ${opId}`;
    if (!this.done.has(key)) this.done.set(key, effect());
    return this.done.get(key) as T;
  }

  /** @internal */
  claim(run: string) {
    const offered = this.runs.get(run);
    if (offered === undefined || !offered.claimable) return refuseWire('refused', 'This run is no longer on offer.', { reason: 'already_taken' });
    offered.claimable = false;
    offered.epoch += 1;
    const packet = { ...offered.packet, epoch: offered.epoch, lastSeq: this.events.get(run)?.length ?? 0 };
    return { packet, leaseUntil: new Date(Date.now() + this.leaseSeconds * 1_000).toISOString() };
  }

  /** @internal */
  offered(): string[] {
    return [...this.runs].filter(([, offered]) => offered.claimable).map(([run]) => run);
  }

  /** @internal */
  take(run: string, events: readonly RunEventItem[]): number {
    const held = this.events.get(run) ?? [];
    for (const event of events) if (event.seq === held.length + 1) held.push(event);
    this.events.set(run, held);
    return held.length;
  }
}

const SERVICE = createService<'daemon-to-studio', FakeStudio, AbortSignal>({
  registry,
  direction: 'daemon-to-studio',
  authorize: () => undefined,
  handlers: [
    serve(METHODS.sessionHello, (params, { context }) =>
      context.call('session/hello', params, () => ({
        session: newId(),
        member: newId(),
        protocol: '1.0',
        serverTime: new Date().toISOString(),
        leaseSeconds: context.leaseSeconds,
        heartbeatSeconds: context.heartbeatSeconds,
        idleHeartbeatSeconds: context.heartbeatSeconds,
        project: { id: params.project, key: 'SHOP', name: 'Shop' },
        runs: params.runs.map((held) => context.decide(held)),
      })),
    ),
    serve(METHODS.sessionHeartbeat, async (params, { context, signal }) => {
      if (context.silent) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      return context.call('session/heartbeat', params, () => ({ invalid: [...context.invalid], helloNeeded: false }));
    }),
    serve(METHODS.sessionLeave, (params, { context }) => context.call('session/leave', params, () => ({}))),
    serve(METHODS.runOffers, (params, { context }) => context.call('run/offers', params, () => ({ runs: context.offered() }))),
    serve(METHODS.runClaim, (params, { context }) => context.call('run/claim', params, () => context.claim(params.run))),
    serve(METHODS.runDecline, (params, { context }) => context.call('run/decline', params, () => ({}))),
    serve(METHODS.runStart, (params, { context }) => context.call('run/start', params, () => ({}))),
    serve(METHODS.runEvents, (params, { context }) => context.call('run/events', params, () => ({ ackSeq: context.take(params.run, params.events), pauseMs: 0 }))),
    serve(METHODS.runCheckpoint, (params, { context }) => context.call('run/checkpoint', params, () => ({}))),
    serve(METHODS.runPush, (params, { context }) => context.call('run/push', params, () => context.grant(params))),
    serve(METHODS.changeUpload, (params, { context }) => context.call('change/upload', params, () => ({}))),
    serve(METHODS.catalogSearch, ({ queries }) => ({ answers: queries.map(() => ({ hits: [] })) })),
    serve(METHODS.runWait, (params, { context }) => context.call('run/wait', params, () => ({}))),
    serve(METHODS.runFinish, (params, { context }) =>
      context.call('run/finish', params, () => {
        context.outcomes.set(params.run, [...(context.outcomes.get(params.run) ?? []), params.outcome]);
        return { counted: context.counted };
      }),
    ),
    serve(METHODS.runSubtask, (params, { context }) => context.call('run/subtask', params, () => ({ task: newId(), key: 'SHOP-99', waiting: params.wait, sentence: 'Made SHOP-99.' }))),
    serve(METHODS.taskAccept, () => ({ key: 'SHOP-1' })),
    serve(METHODS.taskDecline, () => ({ key: 'SHOP-1' })),
  ],
});
