import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dueUpkeep } from './domain/upkeep.js';
import type { GitVault } from './git-vault.js';

export interface Upkeep {
  readonly repacked: boolean;
  readonly packedRefs: boolean;
}

/** A large vault takes minutes on one core; others of it go on working meanwhile. */
const REPACK_TIMEOUT_MS = 2 * 60 * 60_000;

/**
 * Packs a vault's objects and refs, keeping every object there is: lanes borrow also what nothing in the vault points at any more, and
 * `gc`, `prune` and `repack -a -d` each broke one after the remote had been force-pushed. Safe beside everything else that works there.
 */
export function keepUp(vault: GitVault, force: boolean): Promise<Upkeep> {
  return vault.locks.exclusive('upkeep', async () => {
    const due = force ? { repack: true, packRefs: true } : dueUpkeep(await clutterOf(vault));
    if (due.repack) await repack(vault);
    if (due.packRefs) await vault.locks.exclusive('refs', () => vault.text(['pack-refs', '--all']));
    return { repacked: due.repack, packedRefs: due.packRefs };
  });
}

async function clutterOf(vault: GitVault) {
  const counted = await vault.text(['count-objects', '-v']);
  const number = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(counted)?.[1] ?? 0);
  const refs = await readdir(join(vault.gitDir, 'refs'), { recursive: true, withFileTypes: true });
  return { looseObjects: number('count'), packs: number('packs'), looseRefs: refs.filter((entry) => entry.isFile()).length };
}

/**
 * From beside the vault, with its objects and a copy of its refs. In the vault itself git refuses, for its objects are precious; to
 * lift that for the time of a repack would leave it lifted whenever the daemon is killed in the middle.
 */
async function repack(vault: GitVault): Promise<void> {
  const gitDir = join(vault.folder, 'drafts', `upkeep-${randomBytes(6).toString('hex')}.git`);
  for (const part of ['objects', 'refs']) await mkdir(join(gitDir, part), { recursive: true, mode: 0o700 });
  try {
    await writeFile(join(gitDir, 'HEAD'), 'ref: refs/heads/unborn\n');
    await writeFile(join(gitDir, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
    const refs = await vault.text(['for-each-ref', '--format=%(objectname) %(refname)']);
    await writeFile(join(gitDir, 'packed-refs'), refs === '' ? '' : `${refs}\n`);
    // One thread and a bounded window: agents build and test on the same machine.
    const gentle = ['-c', 'pack.threads=1', '-c', 'pack.windowMemory=64m'];
    await vault.git.must({ gitDir, args: [...gentle, 'repack', '-a', '-d', '-q', '--keep-unreachable'], environment: { GIT_OBJECT_DIRECTORY: join(vault.gitDir, 'objects') }, timeoutMs: REPACK_TIMEOUT_MS });
  } finally {
    await rm(gitDir, { recursive: true, force: true });
  }
}
