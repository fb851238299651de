import { once } from 'node:events';
import { WebSocketServer } from 'ws';

/** What the door says; machines keep it as the reason why they are offline. */
export const COME_LATER = 'Come again later.';

/** Close code of IANA's register: try again later. */
const TRY_AGAIN_LATER = 1_013;

/** Stands where the studio was and lets nobody in, as a proxy does whose studios are all too busy. */
export class Door {
  private constructor(private readonly server: WebSocketServer) {}

  static async open(url: string): Promise<Door> {
    const { hostname, port } = new URL(url);
    const server = new WebSocketServer({ host: hostname, port: Number(port), path: '/ws/daemon' });
    server.on('connection', (socket) => {
      socket.on('error', () => undefined);
      socket.close(TRY_AGAIN_LATER, COME_LATER);
    });
    await once(server, 'listening');
    return new Door(server);
  }

  async close(): Promise<void> {
    for (const socket of this.server.clients) socket.terminate();
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }
}
