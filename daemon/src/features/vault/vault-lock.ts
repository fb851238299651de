import { join } from 'node:path';
import { withFileLock } from '../../platform/file-lock.js';

/** `refs`: short writes to the vault's own refs. `fetch`: what the remote says, which may take minutes and must not hold up the first. */
export type LockName = 'refs' | 'fetch';

/** Longer than any one holder may take: git's own time limit ends a fetch. */
const MAX_WAIT_MS = 20 * 60_000;

/**
 * Orders writers, in this process and between processes (team workers have their own). It spares them retries; correctness rests on
 * git's ref locks and on compare-and-swap, so a lock lost to a stopped clock costs time and nothing else.
 */
export class VaultLocks {
  private readonly queues = new Map<LockName, Promise<unknown>>();

  /** @param folder the project's folder; the lock files are made in it. */
  constructor(private readonly folder: string) {}

  exclusive<T>(name: LockName, action: () => Promise<T>): Promise<T> {
    const before = this.queues.get(name) ?? Promise.resolve();
    const mine = before.then(() => withFileLock(join(this.folder, `${name}.lock`), action, { waitMs: MAX_WAIT_MS }));
    this.queues.set(
      name,
      mine.catch(() => undefined),
    );
    return mine;
  }
}
