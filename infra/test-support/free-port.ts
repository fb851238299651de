import { createServer } from 'node:net';

/**
 * A TCP port of 127.0.0.1 that was free a moment ago.
 *
 * Another process may take it before the caller does, so whoever starts a server with it retries with a new one.
 * Programs that can listen on port 0 themselves should do that instead.
 */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}

const PORT_ATTEMPTS = 3;

/** Starts a server on a free port, again on another one when somebody took the port in between. */
export async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<{ server: T; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return { server: await start(port), port };
    } catch (error) {
      if (attempt === PORT_ATTEMPTS || !/already in use|could not bind/i.test(String(error))) throw error;
    }
  }
}
