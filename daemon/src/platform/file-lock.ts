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

/** Milliseconds between two looks at a lock that somebody holds. */
const PAUSE_MS = 50;

/**
 * Looks again by itself rather than by the library's retries: those compute and sort all of their pauses beforehand, which for a wait of
 * twenty minutes took longer than the lock, held or not.
 */
async function acquire(path: string, stale: number, waitMs: number): Promise<() => Promise<void>> {
  for (let left = Math.max(1, Math.ceil(waitMs / PAUSE_MS)); ; left -= 1) {
    try {
      return await lockfile.lock(path, {
        lockfilePath: path,
        realpath: false,
        stale,
        retries: 0,
        // The library's default throws from a timer and would end the process.
        onCompromised: () => undefined,
      });
    } catch (error) {
      // `ENOENT`: a lock that counted as stale was removed by somebody else between two looks of the library.
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code !== 'ELOCKED' && code !== 'ENOENT') throw error;
      if (left <= 0) throw code === 'ELOCKED' ? new LockTimeout(path) : error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
