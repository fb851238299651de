import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import { isOutdated } from './prepared.js';
import { DatabaseMisuse, openHandle } from './tx.js';
import type { Reader, Tx } from './tx.js';

/** What this database can do beyond plain PostgreSQL; looked up once, when it is opened. */
export interface Capabilities {
  /** `embedded`: PGlite in this process, one connection. `server`: PostgreSQL, a pool. */
  readonly kind: 'embedded' | 'server';
  /** The pgvector extension can be created here. Without it embeddings are `real[]`, ranked in process. */
  readonly vector: boolean;
  /** `server_version_num`, for example 150018. */
  readonly version: number;
}

export interface TransactionOptions {
  /** Default the server's, which is `read committed` unless somebody made it stricter: the domain's writes carry their own guard (`where epoch = $2`, unique indexes, row locks). */
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  /** How often a serialization failure or deadlock is tried in all. Default 5, limits 1 to 10. */
  readonly tries?: number;
}

type CommitHook = (tx: Tx) => Promise<void>;

/** Serialization failure and deadlock: PostgreSQL rolled back and asks to try again (manual, chapter 13.5). */
const RETRIABLE = new Set(['40001', '40P01']);

/**
 * The door to the database. There is no other: the DataSource is private, so an outer repository cannot be injected anywhere.
 *
 * Rules it enforces:
 * - One handle per call chain. Opening a second one while the first is open throws `database.nested`: on the embedded database it
 *   would wait forever for the only connection. Methods that are called inside a transaction take `tx` and pass it on. Joining
 *   silently was rejected: whether a write is rolled back with its caller's would then depend on who calls it.
 * - A returned refusal rolls back. `work` may write first and ask later; a "no" leaves no trace. What must be kept with a "no" (a
 *   revoked token family) is returned as a plain value and turned into a refusal outside.
 * - `work` may run again after a serialization failure or deadlock, so its effects outside the database go into `afterCommit`.
 */
export class Database {
  private readonly open = new AsyncLocalStorage<{ over: boolean }>();
  private readonly commitHooks: CommitHook[] = [];
  private readonly committedHooks: (() => void)[] = [];

  constructor(
    private readonly dataSource: DataSource,
    readonly capabilities: Capabilities,
    private readonly onHookError: (error: unknown) => void = () => undefined,
  ) {}

  /**
   * Runs `work` in a transaction: commits what it returns, rolls back when it throws or returns a refusal.
   *
   * @throws DatabaseMisuse `database.nested` inside another transaction or read.
   */
  async inTransaction<T>(work: (tx: Tx) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    this.refuseNesting();
    const tries = options.tries ?? 5;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.once(work, options);
      } catch (error) {
        if (attempt >= tries || !isRetriable(error)) throw error;
        // Full jitter: two transactions that met once should not meet again at the same moment.
        await sleep(Math.random() * 2 ** attempt * 5);
      }
    }
  }

  /**
   * Lends a connection for reading, without a transaction: every statement sees what is committed when it starts.
   *
   * @throws DatabaseMisuse `database.nested` inside another transaction or read.
   */
  async read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    this.refuseNesting();
    const runner = this.dataSource.createQueryRunner();
    const { tx, state } = openHandle(runner.manager);
    const mark = { over: false };
    try {
      return await this.open.run(mark, () => work(tx));
    } finally {
      mark.over = true;
      state.over = true;
      await runner.release();
    }
  }

  /** Of the pool, as it stands now. */
  get connections(): { readonly open: number; readonly idle: number; readonly waiting: number } {
    const { master } = this.dataSource.driver as unknown as { readonly master?: { readonly totalCount: number; readonly idleCount: number; readonly waitingCount: number } };
    return { open: master?.totalCount ?? 0, idle: master?.idleCount ?? 0, waiting: master?.waitingCount ?? 0 };
  }

  /** Adds a hook that runs inside every transaction just before it commits; for platform concerns such as idempotency keys. */
  beforeEveryCommit(hook: CommitHook): void {
    this.commitHooks.push(hook);
  }

  /** Adds a hook that runs after every commit, before its caller goes on. It must not throw: what it follows has happened. */
  afterEveryCommit(hook: () => void): void {
    this.committedHooks.push(hook);
  }

  /** Rejects when the database does not answer; for readiness. */
  async ping(): Promise<void> {
    await this.dataSource.query('select 1');
  }

  private async once<T>(work: (tx: Tx) => Promise<T>, options: TransactionOptions): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    const { tx, state } = openHandle(runner.manager);
    const mark = { over: false };
    try {
      // Only where a level was asked for: naming the server's default costs a round trip more in every transaction.
      await (options.isolation === undefined ? runner.startTransaction() : runner.startTransaction(ISOLATION[options.isolation]));
      const value = await this.open.run(mark, async () => {
        const done = await work(tx);
        if (!isRefusal(done)) for (const hook of this.commitHooks) await hook(tx);
        return done;
      });
      mark.over = true;
      state.over = true;
      if (isRefusal(value)) {
        await runner.rollbackTransaction();
        return value;
      }
      await runner.commitTransaction();
      for (const hook of this.committedHooks) hook();
      this.runHooks(state.afterCommit);
      return value;
    } catch (error) {
      mark.over = true;
      state.over = true;
      await rollBackQuietly(runner);
      throw error;
    } finally {
      await runner.release();
    }
  }

  private runHooks(hooks: readonly (() => void | Promise<void>)[]): void {
    // The transaction is over for the hooks, and one that fails takes neither the others nor the committed work with it.
    for (const hook of hooks) {
      void Promise.resolve()
        .then(hook)
        .catch((error: unknown) => this.onHookError(error));
    }
  }

  private refuseNesting(): void {
    if (this.open.getStore()?.over === false) {
      throw new DatabaseMisuse('database.nested', 'A transaction or read is open in this call chain; take its handle as a parameter and pass it on.');
    }
  }
}

const ISOLATION = { 'read committed': 'READ COMMITTED', 'repeatable read': 'REPEATABLE READ', serializable: 'SERIALIZABLE' } as const;

function isRefusal(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'ok' in value && value.ok === false && 'refusal' in value;
}

function isRetriable(error: unknown): boolean {
  return RETRIABLE.has(sqlStateOf(error) ?? '') || isOutdated(error);
}

/** The SQLSTATE of a failed query, wherever the driver put it; `undefined` for any other error. */
export function sqlStateOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code)) return error.code;
  return 'driverError' in error ? sqlStateOf(error.driverError) : undefined;
}

/** True when the error is a violation of this unique constraint or index, so that a service can turn it into a refusal. */
export function violatesUnique(error: unknown, constraint: string): boolean {
  if (sqlStateOf(error) !== '23505') return false;
  const inner: unknown = typeof error === 'object' && error !== null && 'driverError' in error ? error.driverError : error;
  return typeof inner === 'object' && inner !== null && 'constraint' in inner && inner.constraint === constraint;
}

async function rollBackQuietly(runner: QueryRunner): Promise<void> {
  if (!runner.isTransactionActive) return;
  try {
    await runner.rollbackTransaction();
  } catch {
    // The connection is gone, and with it the transaction; the first error is the one worth reporting.
  }
}
