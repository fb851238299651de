import type { DataSource, QueryRunner } from 'typeorm';
import type { z } from 'zod';
import { plainTexts } from './backup.js';
import { BackupEnd, BackupHeader, BackupRefused, BackupRow, BackupTable } from './backup-format.js';
import { migrate } from './migrations.js';
import { contentTables, quoted } from './tables.js';
import type { Column, Table } from './tables.js';

/** Rows that are handed over in one statement; and bytes of them, so that large rows go in smaller groups. */
const MOST_ROWS = 500;
const MOST_BYTES = 1024 * 1024;

type Row = z.infer<typeof BackupRow>;

/**
 * Fills an empty database from the lines of a backup: makes the schema as it was then, puts all rows in within one transaction, and then
 * brings the schema up to date. Either everything is there afterwards, or no row.
 *
 * Transaction ids are not taken over. They belong to the database they were given by, and readers of the ledger would wait for this one to
 * come that far; all rows carry the id of the restore instead, in the order they had.
 *
 * @returns how many rows there are now.
 * @throws BackupRefused when the lines are no whole backup, or the database is not empty. MigrationError as `migrate`.
 */
export async function restoreLines(dataSource: DataSource, migrationsDir: string, lines: AsyncIterable<string>): Promise<number> {
  const reader = lines[Symbol.asyncIterator]();
  const header = parsed(BackupHeader, await next(reader));
  const last = header.migrations.at(-1)?.version ?? 0;
  await migrate(dataSource, migrationsDir, { onto: header.migrations, upTo: last });
  const rows = await inOneTransaction(dataSource, async (runner) => {
    const tables = await contentTables(runner);
    await refuseRows(runner, tables);
    await deferReferences(runner);
    const loaded = await load(runner, tables, reader);
    await runner.query('set constraints all immediate');
    await checkReferencesAtOnce(runner);
    await numberOn(runner, tables);
    return loaded;
  });
  await migrate(dataSource, migrationsDir);
  return rows;
}

async function inOneTransaction<T>(dataSource: DataSource, work: (runner: QueryRunner) => Promise<T>): Promise<T> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.startTransaction();
    await plainTexts(runner);
    // A large installation takes longer than a request may.
    await runner.query('set local statement_timeout = 0');
    const result = await work(runner);
    await runner.commitTransaction();
    return result;
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    throw error;
  } finally {
    await runner.release();
  }
}

async function refuseRows(runner: QueryRunner, tables: readonly Table[]): Promise<void> {
  for (const { name } of tables) {
    const found = (await runner.query(`select from ${quoted(name)} limit 1`)) as unknown[];
    if (found.length > 0) throw new BackupRefused(`This database is not empty: its table ${name} has rows. Restore into a database that no studio has used.`);
  }
}

async function load(runner: QueryRunner, tables: readonly Table[], reader: AsyncIterator<string>): Promise<number> {
  let rows = 0;
  let into: Insertion | undefined;
  for (;;) {
    const line = await next(reader);
    if (line.startsWith('[')) {
      if (into === undefined) throw new BackupRefused('This is not a backup of a studio: it has rows of no table.');
      await into.add(line);
      rows += 1;
      continue;
    }
    await into?.flush();
    const value: unknown = JSON.parse(line);
    const end = BackupEnd.safeParse(value);
    if (end.success) {
      if (end.data.rows !== rows) throw new BackupRefused(`This backup is damaged: it has ${rows} rows and says that they are ${end.data.rows}.`);
      return rows;
    }
    const { table: name, columns } = parsed(BackupTable, line);
    const table = tables.find((each) => each.name === name);
    if (table === undefined) throw new BackupRefused(`This backup has a table ${name} that its own migrations do not make.`);
    into = new Insertion(runner, table, columns);
  }
}

/** Rows on their way into one table. */
class Insertion {
  private rows: string[] = [];
  private bytes = 0;
  private readonly sql: string;
  private readonly width: number;

  constructor(
    private readonly runner: QueryRunner,
    table: Table,
    columns: readonly string[],
  ) {
    const renumbered = table.columns.some(isTransactionId);
    const taken = columns.flatMap((name, place) => {
      const column = table.columns.find((each) => each.name === name);
      if (column === undefined) throw new BackupRefused(`This backup has a column ${table.name}.${name} that its own migrations do not make.`);
      return isTransactionId(column) || (renumbered && column.isIdentity) ? [] : [{ place, ...column }];
    });
    this.width = columns.length;
    const values = taken.map(({ place, type }) => `(r.value ->> ${place})::${type}`).join(', ');
    this.sql = `insert into ${quoted(table.name)} (${taken.map(({ name }) => quoted(name)).join(', ')}) overriding system value
                select ${values} from jsonb_array_elements($1::jsonb) with ordinality as r (value, place) order by r.place`;
  }

  async add(line: string): Promise<void> {
    const row: Row = parsed(BackupRow, line);
    if (row.length !== this.width) throw new BackupRefused('This backup is damaged: a row has more or fewer columns than its table.');
    this.rows.push(line);
    this.bytes += line.length;
    if (this.rows.length >= MOST_ROWS || this.bytes >= MOST_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.rows.length === 0) return;
    await this.runner.query(this.sql, [`[${this.rows.join(',')}]`]);
    this.rows = [];
    this.bytes = 0;
  }
}

const isTransactionId = ({ type }: Column): boolean => type === 'xid8';

const REFERENCES = `select c.relname as "table", o.conname as name from pg_constraint o join pg_class c on c.oid = o.conrelid
                     where o.contype = 'f' and c.relnamespace = 'public'::regnamespace and not o.condeferrable`;

/** Tables refer to each other in circles, so no order of them would do. Switching triggers off instead takes a superuser. */
async function deferReferences(runner: QueryRunner): Promise<void> {
  const references = (await runner.query(REFERENCES)) as { table: string; name: string }[];
  for (const { table, name } of references) await runner.query(`alter table ${quoted(table)} alter constraint ${quoted(name)} deferrable initially deferred`);
}

async function checkReferencesAtOnce(runner: QueryRunner): Promise<void> {
  const deferred = (await runner.query(REFERENCES.replace('not o.condeferrable', 'o.condeferred'))) as { table: string; name: string }[];
  for (const { table, name } of deferred) await runner.query(`alter table ${quoted(table)} alter constraint ${quoted(name)} not deferrable`);
}

/** What is made from now on is numbered behind what is there. */
async function numberOn(runner: QueryRunner, tables: readonly Table[]): Promise<void> {
  for (const { name: table, columns } of tables) {
    for (const { name } of columns.filter(({ isIdentity }) => isIdentity)) {
      await runner.query(`select setval(pg_get_serial_sequence($1, $2), coalesce((select max(${quoted(name)}) from ${quoted(table)}), 0) + 1, false)`, [quoted(table), name]);
    }
  }
}

async function next(reader: AsyncIterator<string>): Promise<string> {
  const result = await reader.next();
  if (result.done === true) throw new BackupRefused('This backup is not whole: it ends before its last line.');
  return result.value;
}

function parsed<T>(schema: z.ZodType<T>, line: string): T {
  try {
    return schema.parse(JSON.parse(line));
  } catch (error) {
    throw new BackupRefused('This is not a backup of a studio, or it is damaged.', { cause: error });
  }
}
