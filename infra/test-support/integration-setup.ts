import { findPostgresBin, findRedisServer } from './binaries.js';
import { startPostgres } from './postgres.js';
import { startRedis } from './redis.js';

/**
 * vitest's global set-up of the integration project: one PostgreSQL and one Redis for the whole process, lent to the
 * suites by `MAESTRO_TEST_DATABASE_URL` and `MAESTRO_TEST_REDIS_URL`. Set by hand, a variable lends a server that
 * exists, and nothing is started for it. A suite makes its own databases there and never stops a lent server.
 *
 * Where the programs are missing the variables stay unset; the suites then skip, and say so. With
 * `MAESTRO_TEST_STRICT=1` that is an error instead.
 */
export async function setup(): Promise<() => Promise<void>> {
  const stops: (() => Promise<void>)[] = [];
  await Promise.all([
    lend('MAESTRO_TEST_DATABASE_URL', 'PostgreSQL', findPostgresBin() === undefined ? undefined : startPostgres, stops),
    lend('MAESTRO_TEST_REDIS_URL', 'Redis', findRedisServer() === undefined ? undefined : startRedis, stops),
  ]);
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}

interface Lent {
  readonly url: string;
  stop(): Promise<void>;
}

async function lend(variable: string, name: string, start: (() => Promise<Lent>) | undefined, stops: (() => Promise<void>)[]): Promise<void> {
  if (process.env[variable] !== undefined) return;
  if (start === undefined) {
    const sentence = `${name} is not installed: the suites that need it are skipped`;
    if (process.env['MAESTRO_TEST_STRICT'] === '1') throw new Error(`${sentence}, and MAESTRO_TEST_STRICT=1 forbids that`);
    console.warn(sentence);
    return;
  }
  const server = await start();
  process.env[variable] = server.url;
  stops.push(async () => {
    delete process.env[variable];
    await server.stop();
  });
}
