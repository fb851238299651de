import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { INestApplication } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import type { RefusalKind } from '@maestro/protocol';
import type { WebSocket, WebSocketServer } from 'ws';
import { Metrics } from '../metrics/index.js';
import { SocketMetrics } from './socket-metrics.js';
import { closeInOrder, CloseCode } from './sockets.js';
import { UpgradeGate } from './upgrade-gate.js';

type Verify = (info: { readonly req: IncomingMessage }, done: (admitted: boolean, status?: number, message?: string) => void) => void;

const STATUS: Partial<Record<RefusalKind, number>> = { unauthenticated: 401, forbidden: 403, too_many: 429, unavailable: 503 };

/** Largest message a client may send, unless its gateway says otherwise. */
const DEFAULT_MAX_PAYLOAD = 64 * 1024;

/**
 * Nest's WebSocket adapter, with the upgrade gate before every gateway: `@WebSocketGateway({ path: '/ws/events' })` is protected by being
 * one. Compression is off: it costs memory per socket, and a small frame that inflates without end is the oldest trick there is.
 */
export class MaestroWsAdapter extends WsAdapter {
  private readonly gate: UpgradeGate;
  private readonly metrics: SocketMetrics;

  constructor(app: INestApplication) {
    super(app);
    this.gate = app.get(UpgradeGate);
    this.metrics = new SocketMetrics(app.get(Metrics));
  }

  override create(port: number, options: Record<string, unknown> = {}): WebSocketServer {
    const server = super.create(port, { maxPayload: DEFAULT_MAX_PAYLOAD, perMessageDeflate: false, verifyClient: this.verify, ...options }) as WebSocketServer;
    server.on('connection', (socket: WebSocket, request: IncomingMessage) => {
      socket.once('close', this.gate.count(request));
      this.metrics.follow(pathOf(request), socket);
    });
    return server;
  }

  /** Says goodbye to whoever is still connected. Nest's own adapter cuts them off, which looks like a crash to them. */
  override async close(server: WebSocketServer): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await Promise.all([...server.clients].map((socket) => closeInOrder(socket, CloseCode.serviceRestart, 'This studio is going away: connect again, from your last cursor.')));
    await closed;
  }

  /**
   * Nest's own takes its listener off while connections that were taken on before are still answered. Without one an upgrade would be an
   * ordinary request to an address that has no page, and 404 tells a machine that it is not wanted here, instead of to come again.
   */
  override dispose(): Promise<void> {
    (this.httpServer as Server).on('upgrade', (_request: IncomingMessage, socket: Duplex) => {
      socket.on('error', () => socket.destroy());
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    });
    return super.dispose();
  }

  private readonly verify: Verify = ({ req }, done) => {
    this.gate.admit(req).then(
      (admitted) => {
        if (admitted.ok) done(true);
        else this.turnAway(req, STATUS[admitted.refusal.kind] ?? 403, admitted.refusal.code, done);
      },
      (error: unknown) => {
        this.logger.error(error);
        this.turnAway(req, 503, 'unavailable', done);
      },
    );
  };

  private turnAway(request: IncomingMessage, status: number, code: string, done: Parameters<Verify>[1]): void {
    this.metrics.turnedAway(pathOf(request), status);
    done(false, status, code);
  }
}

/** Only a gateway's own path comes this far, so it is one of a few. */
function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/';
}
