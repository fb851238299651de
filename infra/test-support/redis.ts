import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { findRedisServer } from './binaries.js';
import { onFreePort } from './free-port.js';
import type { ServerProcess } from './server-process.js';
import { startServer } from './server-process.js';
import { makeTempFolder } from './temp-folder.js';

/** A Redis of the test's own: on loopback, with a password, without persistence, gone when the test ends. */
export interface TestRedis {
  readonly url: string;
  pid(): number;
  /** `FLUSHALL`; answers how many keys there were. */
  flush(): Promise<number>;
  /** SIGKILL: everything it held is lost. */
  crash(): Promise<void>;
  /** Starts an empty one on the same connection string, after `crash()`. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** @throws Error when the program is not installed; ask `findRedisServer()` first to skip instead. */
export async function startRedis(): Promise<TestRedis> {
  const program = findRedisServer();
  if (program === undefined) throw new Error('Redis is not installed: neither redis-server nor valkey-server is in PATH');
  const folder = await makeTempFolder('redis');
  const password = randomBytes(16).toString('hex');
  const start = (port: number): Promise<ServerProcess> =>
    startServer({
      program,
      args: ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder.path, '--save', '', '--appendonly', 'no', '--requirepass', password],
      folder: folder.path,
      logFile: join(folder.path, 'server.log'),
      isReady: () => answersPing(port, password),
    });
  try {
    let { server, port } = await onFreePort(start);
    return {
      url: `redis://:${password}@127.0.0.1:${port}`,
      pid: () => server.pid,
      async flush() {
        const [, keys] = /^:(\d+)/m.exec(await ask(port, password, ['DBSIZE', 'FLUSHALL'])) ?? [];
        return Number(keys);
      },
      crash: () => server.end('SIGKILL'),
      async restart() {
        server = await start(port);
      },
      async stop() {
        await server.end('SIGTERM');
        await folder.remove();
      },
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

async function answersPing(port: number, password: string): Promise<boolean> {
  return (await ask(port, password, ['PING'])).includes('+PONG');
}

/** Speaks a few inline commands, enough for a test without a client library. Answers what the server said; nothing where there is none. */
function ask(port: number, password: string, commands: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    const done = (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, done);
    socket.once('error', done);
    socket.once('close', done);
    socket.once('connect', () => socket.write([`AUTH ${password}`, ...commands, 'QUIT', ''].join('\r\n')));
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
  });
}
