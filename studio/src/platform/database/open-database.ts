import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { createPgConfig } from '@electric-sql/pglite/node-postgres';
import { vector } from '@electric-sql/pglite-pgvector';
import { DataSource } from 'typeorm';
import type { DataSourceOptions, EntitySchema } from 'typeorm';
import { lockDataDir } from './data-dir-lock.js';
import { Database } from './database.js';
import type { Capabilities } from './database.js';
import { migrate } from './migrations.js';
import { SnakeCaseNames } from './naming-strategy.js';

export type EntityClass = (new () => object) | EntitySchema;

export type DatabaseLocation =
  /** PostgreSQL, 15 or later. */
  | { readonly kind: 'server'; readonly url: string; readonly poolSize: number }
  /** PGlite in this process, with its files in this directory. */
  | { readonly kind: 'embedded'; readonly dataDir: string }
  /** PGlite without files, empty or as `OpenDatabase.dump` gave it; for tests. */
  | { readonly kind: 'memory'; readonly from?: Blob };

export interface OpenDatabase {
  readonly database: Database;
  /** For platform and test support only. */
  readonly dataSource: DataSource;
  /** All files of an embedded database, as one archive. */
  readonly dump?: () => Promise<Blob>;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly location: DatabaseLocation;
  readonly entities: readonly EntityClass[];
  readonly migrationsDir: string;
  /** Leave the schema as it is found; for backup and restore. */
  readonly leaveSchema?: boolean;
  /** Something that went wrong after the fact: a failed afterCommit hook, a lost directory lock. */
  readonly onError: (error: unknown) => void;
}

/**
 * Opens the database, brings its schema up to date and finds out what it can do.
 *
 * @throws DataDirLocked when another process has the embedded database.
 * @throws MigrationError when its schema is not one that this version can continue.
 */
export async function openDatabase(options: OpenOptions): Promise<OpenDatabase> {
  const { location } = options;
  switch (location.kind) {
    case 'server':
      return finish(options, serverOptions(location), () => Promise.resolve());
    case 'memory':
      return openEmbedded(options, openPglite({ from: location.from }), () => Promise.resolve());
    case 'embedded': {
      const unlock = await lockDataDir(location.dataDir, options.onError);
      return openEmbedded(options, openPglite({ dataDir: location.dataDir }), unlock);
    }
  }
}

async function openEmbedded(options: OpenOptions, opening: Promise<PGlite>, unlock: () => Promise<void>): Promise<OpenDatabase> {
  const pglite = await opening.catch(async (error: unknown) => {
    await unlock();
    throw error;
  });
  const opened = await finish(options, embeddedOptions(pglite), async () => {
    await pglite.close();
    await unlock();
  });
  return { ...opened, dump: () => pglite.dumpDataDir('none') };
}

/** From here on everything that was opened is closed by `close`, also when the rest fails. */
async function finish(options: OpenOptions, connection: DataSourceOptions, closeRest: () => Promise<void>): Promise<OpenDatabase> {
  const dataSource = new DataSource({ ...connection, entities: [...options.entities], namingStrategy: new SnakeCaseNames() });
  const close = async () => {
    if (dataSource.isInitialized) await dataSource.destroy();
    await closeRest();
  };
  try {
    await dataSource.initialize();
    if (options.leaveSchema !== true) await migrate(dataSource, options.migrationsDir);
    const database = new Database(dataSource, await probe(dataSource, options.location), options.onError);
    return { database, dataSource, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function serverOptions({ url, poolSize }: { readonly url: string; readonly poolSize: number }): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    poolSize,
    installExtensions: false,
    applicationName: 'maestro-studio',
    connectTimeoutMS: 10_000,
    extra: {
      // A transaction that is abandoned half-way holds back every reader of the event ledger, so it may not last.
      idle_in_transaction_session_timeout: 30_000,
      statement_timeout: 60_000,
      // What a statement is expected to cost grows with what waits, and compiling it then takes longer than it: seconds, at a hundred thousand tasks.
      options: '-c jit=off',
      keepAlive: true,
    },
  };
}

function embeddedOptions(pglite: PGlite): DataSourceOptions {
  return {
    type: 'postgres',
    // One session serves everybody; a second connection crashes the process with a protocol error.
    poolSize: 1,
    extra: { ...createPgConfig(pglite) },
    // TypeORM would otherwise ask for uuid-ossp, which PGlite has not; ids are made by the application anyway.
    installExtensions: false,
    uuidExtension: 'pgcrypto',
  };
}

async function openPglite({ dataDir, from }: { readonly dataDir?: string; readonly from?: Blob | undefined }): Promise<PGlite> {
  const extensions = { vector };
  if (dataDir === undefined) return PGlite.create({ extensions, ...(from === undefined ? {} : { loadDataDir: from }) });
  const files = join(dataDir, 'postgres');
  await mkdir(files, { recursive: true, mode: 0o700 });
  return PGlite.create({ dataDir: files, extensions });
}

async function probe(dataSource: DataSource, location: DatabaseLocation): Promise<Capabilities> {
  const [found] = await dataSource.query<{ version: number; vector: boolean }[]>(
    `select current_setting('server_version_num')::int as version,
            exists (select from pg_available_extensions where name = 'vector') as vector`,
  );
  if (found === undefined) throw new Error('database.no_version');
  return { kind: location.kind === 'server' ? 'server' : 'embedded', vector: found.vector, version: found.version };
}
