import { WebSocket } from 'ws';

/** One open socket to a floor. */
export function openBare(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { rejectUnauthorized: false, perMessageDeflate: false });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.on('error', reject);
  });
}

/** Does something for each number below `count`, so many at a time. Milliseconds that it took. */
export async function many(count: number, atOnce: number, each: (number: number) => Promise<unknown>): Promise<number> {
  const from = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(atOnce, count) }, async () => {
      while (next < count) {
        const mine = next;
        next += 1;
        await each(mine);
      }
    }),
  );
  return performance.now() - from;
}
