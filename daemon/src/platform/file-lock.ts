import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import lockfile from 'proper-lockfile';

export interface FileLockOptions {
  /** Milliseconds after which a holder that gives no sign of life counts as dead. At least 5,000. Default 5,000. */
  readonly staleMs?: number;
  /** Milliseconds to wait for the lock. Default 30,000. */
  readonly waitMs?: number;
}

/** Nobody let go of the lock in time. */
class LockTimeout extends Error {
  override readonly name = 'LockTimeout';
  constructor(readonly path: string) {
    super(`lock_timeout: another process holds ${path}`);
  }
}

/** Runs `action` while no other process of this machine holds the lock at `path`. */
export async function withFileLock<T>(path: string, action: () => Promise<T>, options: FileLockOptions = {}): Promise<T> {
  const { staleMs = 5_000, waitMs = 30_000 } = options;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const release = await acquire(path, staleMs, waitMs);
  try {
    return await action();
  } finally {
    // Taken over while we were stopped: no longer ours to release.
    await release().catch(() => undefined);
  }
}

async function acquire(path: string, stale: number, waitMs: number): Promise<() => Promise<void>> {
  const pause = 50;
  try {
    return await lockfile.lock(path, {
      lockfilePath: path,
      realpath: false,
      stale,
      retries: { retries: Math.max(1, Math.ceil(waitMs / pause)), factor: 1, minTimeout: pause, maxTimeout: pause },
      // The library's default throws from a timer and would end the process.
      onCompromised: () => undefined,
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOCKED') throw new LockTimeout(path);
    throw error;
  }
}
