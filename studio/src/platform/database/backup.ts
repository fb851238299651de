import type { DataSource, QueryRunner } from 'typeorm';
import { BackupRefused } from './backup-format.js';
import type { BackupEnd, BackupHeader } from './backup-format.js';
import type { z } from 'zod';
import { contentTables, quoted } from './tables.js';
import type { Table } from './tables.js';

const FETCH = 500;

/**
 * Everything in the database, line by line, as of one moment: studios may go on working meanwhile.
 *
 * @throws BackupRefused when no studio has ever used this database.
 */
export async function* backupLines(dataSource: DataSource): AsyncGenerator<string, number> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.startTransaction('REPEATABLE READ');
    await plainTexts(runner);
    yield JSON.stringify(await headerOf(runner));
    let rows = 0;
    for (const table of await contentTables(runner)) {
      yield JSON.stringify({ table: table.name, columns: table.columns.map(({ name }) => name) });
      for await (const row of rowsOf(runner, table)) {
        rows += 1;
        yield row;
      }
    }
    yield JSON.stringify({ rows } satisfies z.infer<typeof BackupEnd>);
    return rows;
  } finally {
    // Nothing was written, also when the reader stopped half-way.
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    await runner.release();
  }
}

/** Whatever this session is set to, its texts must be read alike by another. */
export async function plainTexts(runner: QueryRunner): Promise<void> {
  for (const setting of [`datestyle = 'ISO'`, `intervalstyle = 'postgres'`, `bytea_output = 'hex'`, 'extra_float_digits = 1', `timezone = 'UTC'`]) await runner.query(`set local ${setting}`);
}

async function headerOf(runner: QueryRunner): Promise<BackupHeader> {
  const [found] = (await runner.query(`select to_regclass('public.schema_migrations') is not null as used, clock_timestamp() as now`)) as { used: boolean; now: Date }[];
  if (found?.used !== true) throw new BackupRefused('There is nothing to back up: no studio has used this database yet.');
  const migrations = (await runner.query('select version, name, checksum from schema_migrations order by version')) as BackupHeader['migrations'];
  return { maestroBackup: 1, takenAt: found.now.toISOString(), migrations };
}

async function* rowsOf(runner: QueryRunner, table: Table): AsyncGenerator<string> {
  const texts = table.columns.map(({ name }) => `${quoted(name)}::text`).join(', ');
  await runner.query(`declare backup no scroll cursor for select jsonb_build_array(${texts})::text as row from only ${quoted(table.name)} order by ${orderOf(table)}`);
  for (;;) {
    const rows = (await runner.query(`fetch ${FETCH} from backup`)) as { row: string }[];
    yield* rows.map(({ row }) => row);
    if (rows.length < FETCH) break;
  }
  await runner.query('close backup');
}

/** Where rows carry transaction ids, these come first: their order is that of the ledger, and the numbers mean nothing elsewhere. */
function orderOf({ columns, key }: Table): string {
  const transactions = columns.filter(({ type }) => type === 'xid8').map(({ name }) => name);
  return [...transactions, ...key, ...(key.length === 0 ? ['ctid'] : [])].map(quoted).join(', ');
}
