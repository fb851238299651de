import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataSource, QueryRunner } from 'typeorm';
import { declaresContract } from './expand-only.js';

/** The schema found is not one that this version can continue from. The message says what to do. */
export class MigrationError extends Error {
  readonly id = 'database.migration';
}

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, in hex. */
  readonly checksum: string;
  /** It takes away what studios of before it use; see `expand-only.ts`. */
  readonly contracts: boolean;
}

interface Applied {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
  /** Not said: assume that it does. */
  readonly contracts?: boolean;
}

interface MigrateOptions {
  /** Migrations that another database has had; they must be known, and unchanged. */
  readonly onto?: readonly Applied[];
  /** The last one to be applied. */
  readonly upTo?: number;
}

const FILE = /^(\d{4})_([a-z0-9_]+)\.sql$/;

/** "maestro" in ASCII: the advisory lock of whoever migrates. */
const LOCK_KEY = '30787860818063983';

/**
 * Applies what is missing, in order, each file in a transaction of its own together with its row in `schema_migrations`. Studios that start
 * together wait for each other on an advisory lock. (The embedded database has one session, for which the lock is always free; its
 * directory is locked against a second process instead.)
 *
 * Migrations only go forward and are never edited: an applied file whose checksum has changed stops the start before anything is touched. So
 * does one that this program does not know, unless all that it does is add: while an upgrade rolls out, or is taken back, studios of before
 * it must be able to start again.
 */
export async function migrate(dataSource: DataSource, directory: string, { onto = [], upTo = Number.POSITIVE_INFINITY }: MigrateOptions = {}): Promise<readonly Migration[]> {
  const migrations = await readMigrations(directory);
  // Says in time that this program cannot make that schema.
  pending(migrations, onto);
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query(`select pg_advisory_lock(${LOCK_KEY})`);
    await makeRecord(runner);
    const applied = (await runner.query('select version, name, checksum, contracts from schema_migrations order by version')) as Applied[];
    const missing = pending(migrations, applied).filter(({ version }) => version <= upTo);
    const beyond = applied.find(({ version }) => version > upTo);
    if (beyond !== undefined) throw new MigrationError(`This database is already at migration ${fileName(beyond.version, beyond.name)}. Take an empty one.`);
    for (const migration of missing) await apply(runner, migration);
    return missing;
  } finally {
    await runner.query(`select pg_advisory_unlock(${LOCK_KEY})`).catch(() => undefined);
    await runner.release();
  }
}

async function makeRecord(runner: QueryRunner): Promise<void> {
  await runner.query(
    `create table if not exists schema_migrations (
       version integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())`,
  );
  // Asked first: even an ALTER that changes nothing would wait for every reader of the table, such as a backup.
  const [found] = (await runner.query(
    `select exists (select from pg_attribute where attrelid = 'public.schema_migrations'::regclass and attname = 'contracts') as there`,
  )) as { there: boolean }[];
  if (found?.there !== true) await runner.query('alter table schema_migrations add column contracts boolean not null default true');
}

async function apply(runner: QueryRunner, { version, name, sql, checksum, contracts }: Migration): Promise<void> {
  await runner.startTransaction();
  try {
    // Without parameters the whole file goes over the simple protocol, which takes many statements at once.
    await runner.query(sql);
    await runner.query('insert into schema_migrations (version, name, checksum, contracts) values ($1, $2, $3, $4)', [version, name, checksum, contracts]);
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction();
    throw new MigrationError(`Migration ${fileName(version, name)} failed and was rolled back: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Pure: which migrations are still to be applied. */
export function pending(known: readonly Migration[], applied: readonly Applied[]): readonly Migration[] {
  const byVersion = new Map(known.map((migration) => [migration.version, migration]));
  const newest = Math.max(0, ...byVersion.keys());
  for (const { version, name, checksum, contracts = true } of applied) {
    const migration = byVersion.get(version);
    if (migration === undefined) {
      if (version > newest && !contracts) continue;
      throw new MigrationError(`This database was used by a newer studio (migration ${fileName(version, name)}). Start that version, or restore a backup from before.`);
    }
    if (migration.checksum !== checksum) {
      throw new MigrationError(`Migration ${fileName(version, migration.name)} was changed after it had been applied here. Restore the file, and put the change into a new migration.`);
    }
  }
  const last = Math.max(0, ...applied.map(({ version }) => version));
  const missing = known.filter(({ version }) => !applied.some((row) => row.version === version));
  const late = missing.find(({ version }) => version < last);
  if (late !== undefined) throw new MigrationError(`Migration ${fileName(late.version, late.name)} is older than one already applied here. Renumber it after ${last}.`);
  return missing;
}

/** All migrations of a directory, in order. Other files, such as the schema dump, are left alone. */
export async function readMigrations(directory: string): Promise<readonly Migration[]> {
  const files = (await readdir(directory)).filter((file) => FILE.test(file)).sort();
  const migrations = await Promise.all(files.map((file) => readMigration(directory, file)));
  const twice = migrations.find(({ version }, index) => migrations[index - 1]?.version === version);
  if (twice !== undefined) throw new MigrationError(`Two migrations have the number ${twice.version}. Renumber one.`);
  return migrations;
}

async function readMigration(directory: string, file: string): Promise<Migration> {
  const [, version = '', name = ''] = FILE.exec(file) ?? [];
  const sql = await readFile(join(directory, file), 'utf8');
  return { version: Number(version), name, sql, checksum: createHash('sha256').update(sql).digest('hex'), contracts: declaresContract(sql) };
}

function fileName(version: number, name: string): string {
  return `${String(version).padStart(4, '0')}_${name}.sql`;
}
