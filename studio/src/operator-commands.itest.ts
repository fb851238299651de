import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventPage, MeView } from '@maestro/protocol';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENTITIES } from './app.module.js';
import { readConfig } from './config/index.js';
import type { Config } from './config/index.js';
import { commandOf } from './operator-commands.js';
import { openDatabase } from './platform/database/index.js';
import { contentTables, quoted } from './platform/database/tables.js';
import { createLog } from './platform/logging/index.js';
import { locationOf, MIGRATIONS_DIR, startStudio } from './studio.js';
import type { Studio } from './studio.js';
import { lentPostgresUrl, TestClient } from './test-support/index.js';

const OLGA = { name: 'Olga', email: 'olga@example.com', password: 'correct horse battery' };

// Each makes a database or two of its own, which takes seconds, and many of them where other suites run.
describe('Backup, restore and move', { timeout: 180_000 }, () => {
  let folder = '';
  let embedded: Config;
  let workspace = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'maestro-backup-'));
    embedded = configOf(join(folder, 'first'));
    await serving(embedded, async ({ url }) => {
      const client = new TestClient(url).signedInBy(await new TestClient(url).post('setup', OLGA));
      workspace = (await client.post<{ id: string }>('workspaces', { name: 'Acme' })).body.id;
      await client.post(`workspaces/${workspace}/skills`, { slug: 'sql', name: 'SQL', synonyms: ['quote "this"', 'back\\slash, {brace}', 'naïve 🌍'] });
      await client.post(`workspaces/${workspace}/projects`, { key: 'SHOP', name: 'Shop', provider: 'manual', remote: '/srv/shop.git', baseBranch: 'main' });
    });
    // What goes through JSON wrongly if it goes through JSON at all.
    await onDatabase(embedded, async (query) => {
      await query(`insert into op_ids (scope, op_id, method, result, created_at) values ('s', gen_random_uuid(), 'm', 'null', '2026-11-21 10:00:00.123456+02')`);
      await query(`update events set txid = '900000000'`);
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('bring everything into a new embedded database, value by value', async () => {
    const file = join(folder, 'backup.gz');
    expect(await command(embedded, 'backup', file)).toContain(file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const other = configOf(join(folder, 'second'));
    expect(await command(other, 'restore', file)).toMatch(/^Restored \d+ rows/);
    expect(await contentOf(other)).toEqual(await contentOf(embedded));
    await goesOn(other, workspace);
    await expect(command(other, 'restore', file)).rejects.toThrow(/not empty: its table/);
  });

  it.skipIf(lentPostgresUrl() === undefined)('bring everything from the embedded database to PostgreSQL, and back', async () => {
    const url = await newDatabase();
    const server = { ...embedded, databaseUrl: url };
    expect(await command(server, 'move')).toMatch(/^Moved \d+ rows/);
    expect(await contentOf(server)).toEqual(await contentOf(embedded));
    await goesOn(server, workspace);
    const [file, back] = [join(folder, 'server.gz'), configOf(join(folder, 'back'))];
    await command(server, 'backup', file);
    await command(back, 'restore', file);
    expect(await contentOf(back)).toEqual(await contentOf(server));
  });

  it('refuse what is no backup, or not all of one, and leave nothing behind', async () => {
    const [file, empty] = [join(folder, 'damaged.gz'), configOf(join(folder, 'third'))];
    await copyFile(join(folder, 'backup.gz'), file);
    await truncate(file, (await stat(file)).size - 50);
    await expect(command(empty, 'restore', file)).rejects.toThrow(/damaged/);
    await writeFile(file, 'This is a text.\n');
    await expect(command(empty, 'restore', file)).rejects.toThrow(/cannot be unpacked/);
    await expect(command(empty, 'restore', join(folder, 'nothing'))).rejects.toThrow('There is no file');
    await expect(command(embedded, 'move')).rejects.toThrow('DATABASE_URL');
    expect((await contentOf(empty)).every(({ rows }) => rows.length === 0)).toBe(true);
  });
});

function configOf(dataDir: string): Config {
  const read = readConfig({ MAESTRO_PORT: '0', MAESTRO_DATA_DIR: dataDir, MAESTRO_SECRET_KEY: 'the same key for every studio of this suite' });
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.config;
}

async function command(config: Config, ...args: string[]): Promise<string> {
  const found = commandOf(args);
  if (found === undefined || 'misunderstood' in found) throw new Error(`${args.join(' ')} is no command`);
  return found.run(config);
}

async function serving(config: Config, work: (studio: Studio) => Promise<void>): Promise<void> {
  const studio = await startStudio({ config, log: createLog('silent') });
  try {
    await work(studio);
  } finally {
    await studio.stop();
  }
}

/** A studio on this database is what the first one was: the same people, the same past, and a future that is seen behind it. */
async function goesOn(config: Config, workspace: string): Promise<void> {
  await serving(config, async ({ url }) => {
    const { email, password } = OLGA;
    const client = new TestClient(url).signedInBy(await new TestClient(url).post('auth/login', { email, password }));
    expect((await client.get<MeView>('me')).body.memberships).toMatchObject([{ workspaceId: workspace }]);
    const before = (await client.get<EventPage>(`events?workspaceId=${workspace}&limit=200`)).body;
    expect(before.data.map(({ kind }) => kind)).toContain('project/created');
    await client.post(`workspaces/${workspace}/projects`, { key: randomBytes(3).toString('hex').replace(/^/, 'P').toUpperCase(), name: 'Later', provider: 'manual', remote: `/srv/${randomBytes(4).toString('hex')}.git`, baseBranch: 'main' });
    const after = (await client.get<EventPage>(`events?workspaceId=${workspace}&limit=200&cursor=${encodeURIComponent(before.nextCursor)}`)).body;
    expect(after.data.map(({ kind }) => kind)).toEqual(['project/created']);
  });
}

type Query = (sql: string) => Promise<unknown>;

async function onDatabase<T>(config: Config, work: (query: Query, tables: Awaited<ReturnType<typeof contentTables>>) => Promise<T>): Promise<T> {
  const opened = await openDatabase({ location: locationOf(config), entities: ENTITIES, migrationsDir: MIGRATIONS_DIR, onError: () => undefined });
  const runner = opened.dataSource.createQueryRunner();
  try {
    await runner.query(`set timezone = 'UTC'`);
    return await work((sql) => runner.query(sql), await contentTables(runner));
  } finally {
    await runner.release();
    await opened.close();
  }
}

/** Every row as text; of the ledger all but what numbers it. */
async function contentOf(config: Config): Promise<readonly { readonly table: string; readonly rows: unknown[] }[]> {
  return onDatabase(config, async (query, tables) => {
    const content = [];
    for (const { name: table, columns } of tables) {
      const kept = columns.filter(({ name }) => table !== 'events' || !['txid', 'seq'].includes(name)).map(({ name }) => `${quoted(name)}::text`);
      content.push({ table, rows: (await query(`select ${kept.join(', ')} from ${quoted(table)} order by ${kept.join(', ')}`)) as unknown[] });
    }
    return content;
  });
}

async function newDatabase(): Promise<string> {
  const url = new URL(lentPostgresUrl() ?? '');
  const client = new Client({ connectionString: url.href });
  await client.connect();
  const name = `maestro_move_${randomBytes(6).toString('hex')}`;
  await client.query(`create database ${name}`);
  await client.end();
  url.pathname = `/${name}`;
  return url.href;
}
