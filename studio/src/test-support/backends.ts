import { createHash, randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { ENTITIES } from '../app.module.js';
import { openDatabase, sqlStateOf } from '../platform/database/index.js';
import type { DatabaseLocation, OpenDatabase } from '../platform/database/index.js';
import { readMigrations } from '../platform/database/migrations.js';
import { MIGRATIONS_DIR } from '../studio.js';

/** A place where a suite can have a database of its own. */
export interface Backend {
  readonly name: 'PGlite' | 'PostgreSQL';
  /** Makes an empty, migrated database. */
  open(): Promise<TestBackend>;
}

export interface TestBackend extends OpenDatabase {
  /** What went wrong behind everybody's back, such as a failed afterCommit hook. A suite that does not expect any fails on them. */
  readonly backgroundErrors: unknown[];
}

const embedded: Backend = {
  name: 'PGlite',
  async open() {
    const snapshot = await migratedSnapshot();
    const from = await readFile(snapshot).catch(() => undefined);
    if (from !== undefined) return openAt({ kind: 'memory', from: new Blob([from]) });
    const opened = await openAt({ kind: 'memory' });
    await writeSnapshot(snapshot, opened);
    return opened;
  },
};

/**
 * Where a freshly migrated embedded database is kept between suites: reading it takes a fifth of the time that making one takes. Its name
 * changes with the migrations and the engine.
 */
async function migratedSnapshot(): Promise<string> {
  const migrations = await readMigrations(MIGRATIONS_DIR);
  const engine = await readFile(fileURLToPath(import.meta.resolve('@electric-sql/pglite')), 'utf8');
  const key = createHash('sha256').update(engine).update(JSON.stringify(migrations)).digest('hex').slice(0, 16);
  return join(tmpdir(), `maestro-migrated-${key}.tar`);
}

/** Under another name first: suites that start together must not read half of it. */
async function writeSnapshot(path: string, { dump }: OpenDatabase): Promise<void> {
  if (dump === undefined) return;
  const own = `${path}.${process.pid}`;
  await writeFile(own, Buffer.from(await (await dump()).arrayBuffer()));
  await rename(own, path);
}

function server(adminUrl: string): Backend {
  return {
    name: 'PostgreSQL',
    async open() {
      const name = `maestro_test_${randomBytes(6).toString('hex')}`;
      await onServer(adminUrl, `create database ${name}`);
      const url = new URL(adminUrl);
      url.pathname = `/${name}`;
      const opened = await openAt({ kind: 'server', url: url.href, poolSize: 10 });
      const close = async () => {
        await opened.close();
        await onServer(adminUrl, `drop database if exists ${name} with (force)`);
      };
      return { ...opened, close };
    },
  };
}

/** The embedded database always; PostgreSQL too when the run was lent one. */
export function backends(): readonly Backend[] {
  const url = lentPostgresUrl();
  return url === undefined ? [embedded] : [embedded, server(url)];
}

/** Connection string of the lent PostgreSQL, for tests that need connections of their own. */
export function lentPostgresUrl(): string | undefined {
  return process.env['MAESTRO_TEST_DATABASE_URL'];
}

/**
 * Empties every table, in a few milliseconds: deleting from the tables that have rows is much cheaper than truncating all, which makes
 * new files for each.
 */
export async function emptyDatabase(opened: OpenDatabase): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await deleteAll(opened);
    } catch (error) {
      // Loops of a studio that runs by itself may be at work meanwhile; PostgreSQL picks one of the two.
      if (attempt >= 10 || sqlStateOf(error) !== DEADLOCK) throw error;
    }
  }
}

const DEADLOCK = '40P01';

async function deleteAll({ dataSource }: OpenDatabase): Promise<void> {
  await dataSource.query(`do $$
    declare name text; filled boolean;
    begin
      -- Foreign keys are triggers; without them the order does not matter.
      set local session_replication_role = replica;
      for name in select quote_ident(tablename) from pg_tables where schemaname = 'public' and tablename <> 'schema_migrations' loop
        execute format('select exists (select from %s)', name) into filled;
        if filled then execute format('delete from %s', name); end if;
      end loop;
    end $$`);
}

async function openAt(location: DatabaseLocation): Promise<TestBackend> {
  const backgroundErrors: unknown[] = [];
  const opened = await openDatabase({ location, entities: ENTITIES, migrationsDir: MIGRATIONS_DIR, onError: (error) => backgroundErrors.push(error) });
  return { ...opened, backgroundErrors };
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
