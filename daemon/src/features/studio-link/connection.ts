import { randomUUID } from 'node:crypto';
import { METHODS, createPeer, createService, listen, registry } from '@maestro/protocol';
import type { Peer, Violation } from '@maestro/protocol';
import { WebSocket } from 'ws';
import type { Clock } from '../../platform/clock.js';
import type { Parting } from './domain/parting.js';
import type { LinkHandler } from './link.types.js';

export interface ConnectionOptions {
  /** `ws(s)://…/ws/daemon`. */
  readonly url: string;
  readonly token: string;
  readonly handler: LinkHandler;
  /** This studio process goes away; come back after this many milliseconds. */
  readonly onDrain: (reconnectMs: number) => void;
  readonly clock: Clock;
  readonly onProblem: (problem: { readonly id: string; readonly detail: unknown }) => void;
}

/** One socket to the studio. */
export interface Connection {
  readonly peer: Peer<'daemon-to-studio'>;
  /** Resolves once, with why it ended. */
  readonly ended: Promise<Parting>;
  /** Ends it as if it had parted this way. */
  end(parting: Parting): void;
}

const SUBPROTOCOL = 'maestro.v1';
const HANDSHAKE_MS = 10_000;
/** The studio's own limit is 1 MiB; a little more room than that is no danger and spares arguments about counting. */
const MAX_FRAME_BYTES = 2 * 1024 * 1024;
/** A studio that does not read for this many bytes is as good as gone; what is unsent is in the journals. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;

type Listener = Pick<ConnectionOptions, 'handler' | 'onDrain'>;

/** What the studio may say. Who listens is the context, so that one service serves every connection. */
const service = createService<'studio-to-daemon', Listener, AbortSignal>({
  registry,
  direction: 'studio-to-daemon',
  authorize: () => undefined,
  handlers: [
    listen(METHODS.runAvailable, ({ run }, { context }) => context.handler.available(run)),
    listen(METHODS.runCancel, ({ run, why }, { context }) => context.handler.cancel(run, why)),
    listen(METHODS.runHold, ({ run, reason }, { context }) => context.handler.hold(run, reason)),
    listen(METHODS.runSteer, ({ run, text }, { context }) => context.handler.steer(run, text)),
    listen(METHODS.taskAssigned, (task, { context }) => context.handler.assigned(task)),
    listen(METHODS.channelMessage, ({ message: { kind, author, text } }, { context }) => context.handler.said({ kind, author: author.name, text })),
    listen(METHODS.teamReap, ({ team, why }, { context }) => context.handler.reaped(team, why)),
    listen(METHODS.sessionDrain, ({ reconnectMs }, { context }) => context.onDrain(reconnectMs)),
  ],
});

/** Opens a socket. Never rejects: an attempt that fails is a parting. */
export async function openConnection(options: ConnectionOptions): Promise<Connection | Parting> {
  const socket = new WebSocket(options.url, [SUBPROTOCOL], {
    headers: { authorization: `Bearer ${options.token}` },
    handshakeTimeout: HANDSHAKE_MS,
    maxPayload: MAX_FRAME_BYTES,
    // Compression costs memory for each socket, and the studio refuses it.
    perMessageDeflate: false,
    followRedirects: false,
  });
  const failure = await opened(socket);
  return failure ?? serve(socket, options);
}

function opened(socket: WebSocket): Promise<Parting | undefined> {
  return new Promise((resolve) => {
    // Every later error is followed by 'close', which is where it is dealt with.
    socket.on('error', (error) => resolve({ kind: 'broken', sentence: sentenceOf(error) }));
    socket.once('unexpected-response', (request, response) => {
      response.resume();
      request.destroy();
      resolve({ kind: 'closed', code: response.statusCode ?? 0, reason: '' });
    });
    socket.once('close', (code, reason) => resolve({ kind: 'closed', code, reason: reason.toString('utf8') }));
    socket.once('open', () => {
      if (socket.protocol === SUBPROTOCOL) return resolve(undefined);
      socket.terminate();
      return resolve({ kind: 'broken', sentence: `What answers there does not speak ${SUBPROTOCOL}.` });
    });
  });
}

function serve(socket: WebSocket, options: ConnectionOptions): Connection {
  const { clock, onProblem } = options;
  let settle: (parting: Parting) => void = () => undefined;
  const ended = new Promise<Parting>((resolve) => {
    settle = resolve;
  });
  const peer = createPeer<'studio-to-daemon', Listener, AbortSignal>({
    service,
    context: options,
    port: { send: (text) => send(socket, text) },
    ports: { after: (ms, task) => clock.after(ms, task), newCancelSource: () => new AbortController(), newCorrelationId: () => randomUUID() },
    onInternalError: (report) => onProblem({ id: 'link/handler_failed', detail: report }),
    onViolation: (violation: Violation) => onProblem({ id: 'link/violation', detail: violation }),
  });
  const end = (parting: Parting) => {
    // The other side is closing it, and 'close' tells why: that counts for more than that nothing can be sent any more.
    const tellsWhy = parting.kind === 'broken' && socket.readyState === WebSocket.CLOSING;
    if (!tellsWhy) settle(parting);
    peer.close(parting.kind);
    // Half-open links never finish a closing handshake.
    if (socket.readyState === WebSocket.OPEN && parting.kind !== 'broken') socket.close(1000);
    clock.after(1_000, () => socket.terminate());
    if (parting.kind === 'broken' && !tellsWhy) socket.terminate();
  };
  socket.on('message', (data, isBinary) => {
    if (isBinary) onProblem({ id: 'link/binary_frame', detail: undefined });
    else peer.receive(data.toString());
  });
  socket.once('close', (code, reason) => end(code === 1006 ? { kind: 'broken', sentence: 'The connection broke.' } : { kind: 'closed', code, reason: reason.toString('utf8') }));
  return { peer, ended, end };
}

function send(socket: WebSocket, text: string): Promise<void> {
  if (socket.bufferedAmount > MAX_BUFFERED_BYTES) {
    socket.terminate();
    return Promise.reject(new Error('link_backlog: the studio does not read'));
  }
  return new Promise((resolve, reject) => {
    socket.send(text, (error) => (error == null ? resolve() : reject(error)));
  });
}

function sentenceOf(error: Error): string {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ECONNREFUSED') return 'Nothing listens at the studio’s address.';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'The name of the studio’s host is not known here.';
  return error.message.slice(0, 300);
}
