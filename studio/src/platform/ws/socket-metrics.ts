import type { WebSocket } from 'ws';
import type { Metrics } from '../metrics/index.js';

/** Counts the sockets of every gateway, by path: `/ws/daemon`, `/ws/events`. */
export class SocketMetrics {
  private readonly open;
  private readonly closed;
  private readonly received;
  private readonly refused;

  constructor(metrics: Metrics) {
    this.open = metrics.gauge('sockets', 'Open WebSockets, by path.', ['path']);
    this.closed = metrics.counter('sockets_closed_total', 'Closed WebSockets, by path and close code.', ['path', 'code']);
    this.received = metrics.counter('socket_messages_total', 'Messages received on WebSockets, by path.', ['path']);
    this.refused = metrics.counter('socket_upgrades_refused_total', 'Upgrades that the gate turned away, by path and HTTP status.', ['path', 'status']);
  }

  follow(path: string, socket: WebSocket): void {
    this.open.inc({ path });
    socket.on('message', () => this.received.inc({ path }));
    socket.once('close', (code) => {
      this.open.dec({ path });
      this.closed.inc({ path, code: String(code) });
    });
  }

  turnedAway(path: string, status: number): void {
    this.refused.inc({ path, status: String(status) });
  }
}
