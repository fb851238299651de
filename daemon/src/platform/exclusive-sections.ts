import { join } from 'node:path';
import { withFileLock } from './file-lock.js';

/**
 * Named sections of which each runs once at a time, in this process and between processes that name the same folder. Callers of this
 * process wait in a queue, so that the file lock, which is polled, is contended between processes only.
 */
export class ExclusiveSections<Name extends string> {
  private readonly queues = new Map<Name, Promise<unknown>>();

  /**
   * @param folder where the lock files `<name>.lock` are made.
   * @param maxWaitMs longer than any holder may take; then `LockTimeout` is thrown.
   */
  constructor(
    private readonly folder: string,
    private readonly maxWaitMs: number,
  ) {}

  exclusive<T>(name: Name, action: () => Promise<T>): Promise<T> {
    const before = this.queues.get(name) ?? Promise.resolve();
    const mine = before.then(() => withFileLock(join(this.folder, `${name}.lock`), action, { waitMs: this.maxWaitMs }));
    this.queues.set(
      name,
      mine.catch(() => undefined),
    );
    return mine;
  }
}
