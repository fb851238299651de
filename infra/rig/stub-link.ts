import { randomUUID } from 'node:crypto';
import { createPeer, createService, listen, METHODS, PURPOSES, registry, SUPPORTED_VERSIONS } from '@maestro/protocol';
import type { HeldRun, Peer, Purpose } from '@maestro/protocol';
import { WebSocket } from 'ws';

/** Told of a request before it is sent; what it gives back is told what the request came to. */
export type Observe = (method: string, params: Readonly<Record<string, unknown>>) => { readonly answered: (value: unknown) => void; readonly failed: (error: unknown) => void };

/** What a studio may say unasked, as far as a stub listens. */
export interface StubListener {
  readonly available?: (run: string) => void;
  readonly cancelled?: (run: string) => void;
  /** The socket has closed. */
  readonly closed?: () => void;
}

export interface StubLinkOptions {
  readonly url: string;
  /** Access token of the member that the stub acts as. */
  readonly token: string;
  /** Milliseconds until an answer counts as none. Without it the protocol's own limit holds. */
  readonly patienceMs?: number;
  readonly observe?: Observe;
  readonly listener?: StubListener;
}

/** The studio answered the upgrade with this status instead of opening the socket. */
export class UpgradeRefused extends Error {
  constructor(readonly status: number) {
    super(`the studio refused the socket: ${status}`);
  }
}

/** One socket of a stub: the real protocol, and nothing behind it. */
export class StubLink {
  private constructor(
    private readonly socket: WebSocket,
    private readonly peer: Peer<'daemon-to-studio'>,
    private readonly observe: Observe | undefined,
  ) {}

  /** @throws Error when the studio, or the way to it, is not there; UpgradeRefused when it does not let the stub in. */
  static async open({ url, token, patienceMs, observe, listener = {} }: StubLinkOptions): Promise<StubLink> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/daemon`, ['maestro.v1'], { headers: { authorization: `Bearer ${token}` }, perMessageDeflate: false, ...(patienceMs === undefined ? {} : { handshakeTimeout: patienceMs }) });
    const peer = createPeer<'studio-to-daemon', StubListener, AbortSignal>({
      service: SERVICE,
      context: listener,
      port: { send: (text) => socket.send(text) },
      ports: { after, newCancelSource: () => new AbortController(), newCorrelationId: randomUUID },
      ...(patienceMs === undefined ? {} : { defaultTimeoutMs: patienceMs }),
      onInternalError: ({ error }) => {
        throw error;
      },
      onViolation: () => undefined,
    });
    socket.on('message', (data) => peer.receive((data as Buffer).toString()));
    socket.on('close', (code, reason) => {
      peer.close(`${code} ${reason.toString()}`);
      listener.closed?.();
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      // Stays: what goes wrong later ends in `close`.
      socket.on('error', reject);
      socket.once('unexpected-response', (request, response) => {
        reject(new UpgradeRefused(response.statusCode ?? 0));
        response.resume();
        request.destroy();
      });
    });
    return new StubLink(socket, peer, observe);
  }

  get broken(): boolean {
    return this.peer.closed;
  }

  readonly ask: Peer<'daemon-to-studio'>['request'] = async (method, params, options) => {
    const observed = this.observe?.(method.name, params);
    try {
      const value = await this.peer.request(method, params, options);
      observed?.answered(value);
      return value;
    } catch (error) {
      observed?.failed(error);
      throw error;
    }
  };

  /** As a machine does that lost its network: nobody says goodbye. */
  cut(): void {
    this.socket.terminate();
    this.peer.close('cut');
  }

  /** Ends the connection in order. */
  async close(): Promise<void> {
    const { socket } = this;
    if (socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.close();
    await closed;
  }
}

/** How a stub presents itself. */
export interface Presence {
  readonly machine: string;
  readonly project: string;
  readonly name: string;
  readonly capacity: number;
  readonly purposes?: readonly Purpose[];
}

export type Welcome = ReturnType<(typeof METHODS.sessionHello.result)['parse']>;

/** Says hello with the runs that the stub still holds. */
export function greet(link: StubLink, { machine, project, name, capacity, purposes = PURPOSES }: Presence, runs: readonly HeldRun[]): Promise<Welcome> {
  return link.ask(METHODS.sessionHello, {
    protocol: { ...SUPPORTED_VERSIONS },
    daemonVersion: '0.1.0',
    hostname: 'stub',
    machine: machine as never,
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
}

const SERVICE = createService<'studio-to-daemon', StubListener, AbortSignal>({
  registry,
  direction: 'studio-to-daemon',
  authorize: () => undefined,
  handlers: [
    listen(METHODS.runAvailable, ({ run }, { context }) => context.available?.(run)),
    listen(METHODS.runCancel, ({ run }, { context }) => context.cancelled?.(run)),
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
