/**
 * The one way from a handle to SQL. Only `*.repository.ts` and `platform/` import this file.
 */
import type { EntityManager, QueryRunner } from 'typeorm';
import { runPrepared } from './prepared.js';
import { stateOf } from './tx.js';
import type { Reader, Tx } from './tx.js';

/** The EntityManager bound to this transaction or read. For entity work: `managerOf(tx).getRepository(WorkspaceEntity)`. */
export function managerOf(handle: Reader): EntityManager {
  return stateOf(handle).manager;
}

/**
 * Rows of one statement, also of `INSERT`, `UPDATE` and `DELETE … RETURNING`. Spell columns as the row type does:
 * `select owner_id as "ownerId"`. `bigint`, `numeric` and `xid8` arrive as strings, `timestamptz` as Date, `jsonb` parsed.
 */
export async function rows<R>(handle: Reader, sql: string, parameters: readonly unknown[] = []): Promise<readonly R[]> {
  return (await runnerOf(handle).query(sql, [...parameters], true)).records as R[];
}

/** How many rows an `INSERT`, `UPDATE` or `DELETE` touched. */
export async function execute(tx: Tx, sql: string, parameters: readonly unknown[] = []): Promise<number> {
  return (await runnerOf(tx).query(sql, [...parameters], true)).affected ?? 0;
}

/** The same as `rows`, of a statement that every run needs: its text must be one of few, and name the columns that it gives. */
export async function preparedRows<R>(handle: Reader, sql: string, parameters: readonly unknown[] = []): Promise<readonly R[]> {
  return (await runPrepared(runnerOf(handle), sql, parameters)).rows as R[];
}

/** The same as `execute`, likewise. */
export async function preparedExecute(tx: Tx, sql: string, parameters: readonly unknown[] = []): Promise<number> {
  return (await runPrepared(runnerOf(tx), sql, parameters)).rowCount ?? 0;
}

/** The database's own time, the only clock that leases may use: every studio and every daemon agrees on it. */
export async function databaseNow(handle: Reader): Promise<Date> {
  const [row] = await rows<{ now: Date }>(handle, 'select clock_timestamp() as now');
  if (row === undefined) throw new Error('database.no_clock');
  return row.now;
}

function runnerOf(handle: Reader): QueryRunner {
  const { queryRunner } = stateOf(handle).manager;
  if (queryRunner === undefined) throw new Error('database.no_runner: Database always binds one');
  return queryRunner;
}
