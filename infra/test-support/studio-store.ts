import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPostgresBin } from './binaries.js';

const run = promisify(execFile);

/** On what the studios of an end-to-end suite keep their state. */
export type StoreKind = 'embedded' | 'postgres';

/** `MAESTRO_E2E_STORE`: `embedded` (default), or `postgres` for PostgreSQL and Redis. `npm test` runs the suite once with each. */
export function storeKind(): StoreKind {
  const value = process.env['MAESTRO_E2E_STORE'] ?? 'embedded';
  if (value !== 'embedded' && value !== 'postgres') throw new Error(`MAESTRO_E2E_STORE is embedded or postgres, not "${value}"`);
  return value;
}

/**
 * The settings that give a studio, or several that belong together, an empty store of its own: nothing for the embedded
 * one, which lives in the studio's data folder; otherwise a new database on the lent PostgreSQL, and the lent Redis.
 *
 * Suites share that Redis. It carries hints only, so a stranger's hint costs a look and changes nothing.
 */
export async function freshStore(): Promise<Readonly<Record<string, string>>> {
  if (storeKind() === 'embedded') return {};
  const server = lent('MAESTRO_TEST_DATABASE_URL');
  const name = `e2e_${randomBytes(6).toString('hex')}`;
  const bin = findPostgresBin();
  if (bin === undefined) throw new Error('createdb, which makes the databases of the suite, is not installed');
  await run(join(bin, 'createdb'), [`--maintenance-db=${server}`, '--', name]);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { DATABASE_URL: url.href, REDIS_URL: lent('MAESTRO_TEST_REDIS_URL') };
}

function lent(variable: string): string {
  const url = process.env[variable];
  if (url === undefined) throw new Error(`${variable} is not set: is this running in the e2e or integration project of vitest?`);
  return url;
}
