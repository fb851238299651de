import type { Request } from 'express';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** Whether a request was made on the studio's own machine, and not forwarded by a proxy that runs there. */
export function isFromThisMachine(request: Request): boolean {
  const forwarded = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'].some((header) => request.headers[header] !== undefined);
  return !forwarded && LOOPBACK.has(request.socket.remoteAddress ?? '');
}
