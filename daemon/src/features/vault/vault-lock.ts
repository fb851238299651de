import { join } from 'node:path';
import lockfile from 'proper-lockfile';

/** `refs`: short writes to the vault's own refs. `fetch`: what the remote says, which may take minutes and must not hold up the first. */
export type LockName = 'refs' | 'fetch';

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
    const mine = before.then(() => this.acrossProcesses(name, action));
    this.queues.set(
      name,
      mine.catch(() => undefined),
    );
    return mine;
  }

  private async acrossProcesses<T>(name: LockName, action: () => Promise<T>): Promise<T> {
    // The library keeps one lock in memory for each file named here, so two locks may not share one; it makes `<name>.lock`.
    const release = await lockfile.lock(join(this.folder, name), {
      realpath: false,
      // A holder that died is found out after this long; a living one renews every half of it.
      stale: 10_000,
      retries: { retries: 2_000, factor: 1.3, minTimeout: 5, maxTimeout: 250 },
      // The default throws from a timer and would end the daemon. See above why going on is right.
      onCompromised: () => undefined,
    });
    try {
      return await action();
    } finally {
      // A lock that was taken over while we slept is no longer ours to release.
      await release().catch(() => undefined);
    }
  }
}
