import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

export type FloorRequest =
  | { readonly ask: 'listen'; readonly key: string; readonly cert: string }
  | { readonly ask: 'memory' }
  | { readonly ask: 'broadcast'; readonly text: string; readonly times: number };

/** The port, the bytes, or nothing. */
export interface FloorAnswer {
  readonly value: number;
}

const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });

function answer(value: number): void {
  process.send?.({ value } satisfies FloorAnswer);
}

function handle(request: FloorRequest): void {
  switch (request.ask) {
    case 'listen': {
      const server = createServer({ key: request.key, cert: request.cert });
      server.on('upgrade', (incoming, socket, head) => sockets.handleUpgrade(incoming, socket, head, (made) => made.on('error', () => undefined)));
      server.listen(0, '127.0.0.1', () => answer((server.address() as AddressInfo).port));
      return;
    }
    case 'memory':
      (globalThis as { gc?: () => void }).gc?.();
      return answer(process.memoryUsage.rss());
    case 'broadcast':
      for (let time = 0; time < request.times; time += 1) for (const socket of sockets.clients) socket.send(request.text);
      return answer(0);
  }
}

process.on('message', (request) => handle(request as FloorRequest));
process.on('disconnect', () => process.exit(0));
