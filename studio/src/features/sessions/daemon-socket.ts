import { randomUUID } from 'node:crypto';
import { createPeer, METHODS, registry } from '@maestro/protocol';
import type { Peer, RpcService, Violation } from '@maestro/protocol';
import type { WebSocket } from 'ws';
import type { Caller } from '../../platform/access/index.js';
import type { Unsubscribe } from '../../platform/bus/index.js';
import type { Log } from '../../platform/logging/index.js';
import { CloseCode, sendOrCutOff } from '../../platform/ws/index.js';
import type { CallWatch } from './call-watch.js';
import { DaemonConnection } from './daemon-connection.js';
import type { SessionMessage, SessionPush } from './session-push.js';

/** Calls of one daemon that are worked on at once. A machine with 64 runs that all speak up is still within it. */
const MAX_IN_FLIGHT = 128;

/** Breaches of the protocol after which a daemon is not spoken to any more. A sound one has none. */
const MAX_VIOLATIONS = 50;

interface Options {
  readonly onClosed: (socket: DaemonSocket) => void;
  /** Milliseconds after which a socket that nobody has said hello on is closed. */
  readonly helloMs: number;
}

/** One open socket of a daemon: the peer on it, and the messages that other parts of the studio have for its session. */
export class DaemonSocket {
  readonly connection: DaemonConnection;
  private readonly peer: Peer<'studio-to-daemon'>;
  private unlisten: Unsubscribe = () => undefined;
  private cancelHello: () => void = () => undefined;
  private violations = 0;

  constructor(
    private readonly socket: WebSocket,
    id: string,
    caller: Caller,
    service: RpcService<'daemon-to-studio', DaemonConnection, AbortSignal>,
    private readonly push: SessionPush,
    watch: CallWatch,
    private readonly log: Log,
    options: Options,
  ) {
    this.connection = new DaemonConnection(id, caller, (code, reason) => this.close(code, reason), (bound) => this.listen(bound));
    this.peer = createPeer({
      service,
      context: this.connection,
      port: { send: (text) => this.send(text) },
      limits: { maxInboundInFlight: MAX_IN_FLIGHT },
      ports: { after, newCancelSource: () => new AbortController(), newCorrelationId: randomUUID },
      around: (call, work) => watch.around(call, this.connection.session, work),
      onInternalError: ({ correlationId, method, error }) => this.log.error({ err: error, correlationId, method, session: this.connection.session?.id }, 'daemon call failed'),
      onViolation: (violation) => this.violated(violation),
    });
    this.expectHello(options.helloMs);
    socket.on('message', (data, isBinary) => (isBinary ? this.violated({ kind: 'not_json' }) : this.peer.receive(textOf(data))));
    socket.once('close', () => {
      this.cancelHello();
      this.connection.closed = true;
      this.unlisten();
      this.peer.close('the socket closed');
      options.onClosed(this);
    });
  }

  notifyDrain(reconnectMs: number): Promise<void> {
    return this.peer.notify(METHODS.sessionDrain, { reconnectMs });
  }

  /** Closes once nothing is being answered any more, or after `atMostMs`. */
  end(atMostMs: number): Promise<void> {
    return new Promise((resolve) => {
      const giveUp = after(atMostMs, () => this.socket.terminate());
      const poll = setInterval(() => {
        if (this.peer.inFlight.inbound === 0) this.close(CloseCode.serviceRestart, 'This studio is going away.');
      }, 10);
      const done = () => {
        giveUp();
        clearInterval(poll);
        resolve();
      };
      if (this.socket.readyState === this.socket.CLOSED) done();
      else this.socket.once('close', done);
    });
  }

  /**
   * A hello that is being answered is not late, however long the answer takes: whoever is thrown out for the studio's slowness comes again,
   * and makes it slower.
   */
  private expectHello(ms: number): void {
    this.cancelHello = after(ms, () => {
      if (this.peer.inFlight.inbound > 0) this.expectHello(ms);
      else this.close(CloseCode.tryAgainLater, 'Say hello sooner.');
    });
  }

  private listen({ session, id }: DaemonConnection): void {
    if (session === undefined) return;
    this.cancelHello();
    this.unlisten();
    this.unlisten = this.push.listen(session.id, (message) => this.take(message, id));
  }

  private take(message: SessionMessage, id: string): void {
    switch (message.kind) {
      case 'replaced':
        if (message.by !== id) this.close(CloseCode.replaced, 'A newer connection of this machine speaks for the session.');
        return;
      case 'forbidden':
        return this.close(CloseCode.forbidden, message.why);
      case 'notify': {
        const method = registry.get(message.method);
        if (method?.kind !== 'notification' || method.direction !== 'studio-to-daemon') return;
        // A hint that could not be sent is found again by the daemon's own polling.
        this.peer.notify(method as typeof METHODS.runAvailable, message.params as never).catch((error: unknown) => this.log.debug({ err: error, method: message.method }, 'hint not sent'));
      }
    }
  }

  private send(text: string): void {
    if (!sendOrCutOff(this.socket, text)) throw new Error('daemon_socket.not_sent: the socket is closed, or its daemon does not read');
  }

  private violated({ kind, method }: Violation): void {
    this.violations += 1;
    this.log.warn({ kind, method, session: this.connection.session?.id, user: this.connection.caller.userId }, 'daemon broke the protocol');
    if (this.violations > MAX_VIOLATIONS) this.close(CloseCode.forbidden, 'This daemon breaks the protocol. Update it.');
  }

  private close(code: number, reason: string): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    // A close frame carries 123 bytes of reason at most (RFC 6455, section 5.5).
    this.socket.close(code, reason.slice(0, 120));
    // A half-open link never finishes the closing handshake.
    const cancel = after(5_000, () => this.socket.terminate());
    this.socket.once('close', cancel);
  }
}

function after(ms: number, task: () => void): () => void {
  const timer = setTimeout(task, ms);
  return () => clearTimeout(timer);
}

function textOf(data: unknown): string {
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.concat(data as Buffer[]).toString('utf8');
}
