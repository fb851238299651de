import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Config } from './config/index.js';
import { Departure } from './platform/lifecycle/index.js';

/** What is left to hear of a connection that was cut off before the process gives up waiting. */
const LAST_MS = 1_000;

/**
 * Takes a listening studio out of service, in this order:
 *
 * 1. `/readyz` answers 503 and sockets are refused with 503, so that whoever asks sends people elsewhere. Everything else is served as
 *    before, for `drainSeconds`: a proxy that asks every few seconds has not noticed yet.
 * 2. Loops end their tick and hand their lease back; machines are told to come again, and their sockets closed once they are answered.
 * 3. The port is closed, browsers' sockets with it, and requests that are under way end.
 *
 * What has not ended after `shutdownSeconds` is cut off: whoever started this process would otherwise kill it in the middle.
 *
 * @throws Error `shutdown.overdue` when something does not end even then; what it stood on is still open.
 */
export async function shutDown(app: NestExpressApplication, { drainSeconds, shutdownSeconds }: Config): Promise<void> {
  app.get(Departure).begin();
  await sleep(drainSeconds * 1000);
  const server = app.getHttpServer() as Server;
  // Keep-alive connections that are idle would hold the server open until they time out.
  server.closeIdleConnections();
  const waiting = new AbortController();
  const overdue = async (): Promise<never> => {
    await sleep(shutdownSeconds * 1000, undefined, { signal: waiting.signal });
    server.closeAllConnections();
    await sleep(LAST_MS, undefined, { signal: waiting.signal });
    throw new Error(`shutdown.overdue: after ${shutdownSeconds} s something is still at work`);
  };
  const giveUp = overdue();
  // Rejected by the abort as well, when nobody listens any more.
  giveUp.catch(() => undefined);
  try {
    await Promise.race([app.close(), giveUp]);
  } finally {
    waiting.abort();
  }
}
