import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';

/** Somebody else has the data directory. The message is for the person at the terminal. */
export class DataDirLocked extends Error {
  readonly id = 'database.data_dir_locked';
}

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** What the kernel says of when that process started; tells it from a later one with the same pid. */
  readonly startedAt: string;
}

/**
 * Takes the data directory for this process. PGlite has no lock of its own: two openers both succeed, and rows vanish
 * (https://github.com/electric-sql/pglite/issues/1106).
 *
 * The lock of a process that was killed lasts 10 s by its file's age alone; a restart should not wait for that. So the owner is
 * written beside it, and a lock whose owner is provably dead is taken over at once. All takers pass through a second, short-lived lock:
 * without it, two could both find the owner dead, and one would remove the lock that the other has just made.
 *
 * @returns releases the lock.
 * @throws DataDirLocked when another process has it.
 */
export async function lockDataDir(dataDir: string, onLost: (error: Error) => void): Promise<() => Promise<void>> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lockPath = join(dataDir, 'database.lock');
  const ownerPath = join(dataDir, 'database.owner.json');
  const gatePath = join(dataDir, 'database.gate');
  // proper-lockfile knows its locks by this first argument alone: with the same for both, releasing one stops the upkeep of the other.
  const releaseGate = await lock(gatePath, { lockfilePath: gatePath, realpath: false, stale: 5_000, retries: { retries: 20, factor: 1, minTimeout: 300 } });
  try {
    const owner = await readOwner(ownerPath);
    if (owner !== undefined && (await isDead(owner))) await rm(lockPath, { recursive: true, force: true });
    const release = await lock(lockPath, { lockfilePath: lockPath, realpath: false, stale: 10_000, update: 2_000, onCompromised: onLost }).catch((error: unknown) => {
      if (isLocked(error)) throw new DataDirLocked(sentence(dataDir, owner));
      throw error;
    });
    await writeFile(ownerPath, JSON.stringify({ pid: process.pid, host: hostname(), startedAt: (await startOf(process.pid)) ?? '' } satisfies Owner), { mode: 0o600 });
    return async () => {
      await rm(ownerPath, { force: true });
      await release();
    };
  } finally {
    await releaseGate();
  }
}

function sentence(dataDir: string, owner: Owner | undefined): string {
  const who = owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}`;
  return `The data directory ${dataDir} is in use by ${who}. Stop that studio first, or give this one its own with MAESTRO_DATA_DIR. To run several studios on the same data, set DATABASE_URL to a PostgreSQL server.`;
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

/** Only said of a process on this machine that certainly is not running; in doubt the lock's age decides. */
async function isDead(owner: Owner): Promise<boolean> {
  if (owner.host !== hostname()) return false;
  const startedAt = await startOf(owner.pid);
  if (startedAt !== undefined) return owner.startedAt !== '' && startedAt !== owner.startedAt;
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

/** Boot and start time of a process (proc(5), field 22 of `stat`); `undefined` where there is no /proc or no such process. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const [boot, stat] = await Promise.all([readFile('/proc/sys/kernel/random/boot_id', 'utf8'), readFile(`/proc/${pid}/stat`, 'utf8')]);
    // The command name, in parentheses, may itself hold spaces and parentheses.
    return `${boot.trim()}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
  } catch {
    return undefined;
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ELOCKED';
}
