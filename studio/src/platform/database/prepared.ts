/**
 * Statements that the database keeps parsed and planned, connection by connection. Planning is two thirds of what a run's statements cost,
 * so those that every run needs are kept; the others are not: each takes memory in every connection, and where a plan depends on its
 * parameters (a limit, a filter that may be absent) a kept one may be the wrong one.
 */
import { createHash } from 'node:crypto';
import type { QueryRunner } from 'typeorm';

interface Outcome {
  readonly rows: unknown[];
  readonly rowCount: number | null;
}

interface Connection {
  query(statement: { readonly name: string; readonly text: string; readonly values: unknown[] }): Promise<Outcome>;
}

const names = new Map<string, string>();
/** Part of every name. Moved on when a kept plan turns out to be outdated, since inside the failed transaction it cannot be thrown away. */
let era = 0;

/** @throws Error the database's own, which `isOutdated` recognises when a table has changed under a plan inside a transaction. */
export async function runPrepared(runner: QueryRunner, text: string, parameters: readonly unknown[]): Promise<Outcome> {
  const connection = (await runner.connect()) as Connection;
  const used = era;
  try {
    return await connection.query({ name: nameOf(text), text, values: [...parameters] });
  } catch (error) {
    if (!isOutdated(error)) throw error;
    if (era === used) era += 1;
    // The transaction has failed with its statement, and whoever began it begins it again.
    if (runner.isTransactionActive) throw error;
    return connection.query({ name: nameOf(text), text, values: [...parameters] });
  }
}

/**
 * What a kept statement gives has changed under a studio that runs. Migrations only add, and no kept statement asks for all columns of a
 * table, so this takes an operator with a change of their own.
 */
export function isOutdated(error: unknown): boolean {
  // By the place in the server that says so: its sentence is in the server's language, and its code is that of much else.
  return error instanceof Error && 'code' in error && error.code === '0A000' && 'routine' in error && error.routine === 'RevalidateCachedQuery';
}

function nameOf(text: string): string {
  let hash = names.get(text);
  if (hash === undefined) {
    hash = createHash('sha256').update(text).digest('hex').slice(0, 32);
    names.set(text, hash);
  }
  return `m${era}_${hash}`;
}
