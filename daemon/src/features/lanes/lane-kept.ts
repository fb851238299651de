import { constants } from 'node:fs';
import { mkdir, open, readdir, symlink } from 'node:fs/promises';
import { posix } from 'node:path';
import type { GitVault } from '../vault/index.js';
import { readablePath } from '../vault/index.js';
import { SNAPSHOTS, readSnapshotName } from './domain/snapshot-name.js';
import type { KeptSnapshot, Restored } from './lanes.types.js';

/** Snapshots that are in the vault: finding, writing out, and letting go of them. */

/** All snapshots, or those of one task, the newest first. */
export async function listSnapshots(vault: GitVault, taskId?: string): Promise<readonly KeptSnapshot[]> {
  const listing = await vault.text(['for-each-ref', '--format=%(objectname) %(refname)', taskId === undefined ? SNAPSHOTS : `${SNAPSHOTS}/${taskId}`]);
  const rows = listing.split('\n').filter((line) => line !== '').map((line) => ({ commit: line.slice(0, line.indexOf(' ')), ref: line.slice(line.indexOf(' ') + 1) }));
  const found = rows.flatMap(({ commit, ref }) => {
    const said = readSnapshotName(ref);
    if (said === undefined) return [];
    const prefix = ref.replace(/files$/, '');
    return [{ ...said, ref, commit, savedRefs: rows.map((row) => row.ref).filter((other) => other.startsWith(prefix) && other !== ref) }];
  });
  return found.sort((one, other) => other.at.localeCompare(one.at) || other.name.localeCompare(one.name));
}

/** Lets go of snapshots that `isDoomed` says so of. Answers how many there were. */
export async function dropSnapshots(vault: GitVault, isDoomed: (snapshot: KeptSnapshot) => boolean): Promise<number> {
  const doomed = (await listSnapshots(vault)).filter(isDoomed);
  const refs = doomed.flatMap(({ ref, savedRefs }) => [ref, ...savedRefs]);
  if (refs.length === 0) return 0;
  const deletions = refs.map((ref) => `delete ${ref}\n`).join('');
  await vault.locks.exclusive('refs', () => vault.text(['update-ref', '--no-deref', '--stdin'], { stdin: deletions }));
  return doomed.length;
}

const MOST_FILES = 1_000_000;
const BATCH_BYTES = 16 * 1024 ** 2;

/**
 * Writes a snapshot's files into a folder that must be empty or not there yet. Not by a checkout: attributes would convert line ends
 * and keywords, and a snapshot is the folder byte for byte.
 */
export async function restoreSnapshot(vault: GitVault, commit: string, folder: string): Promise<Restored> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) return { kind: 'not_empty' };
  const fields = await vault.git.fields({ gitDir: vault.gitDir, args: ['ls-tree', '-r', '-z', '--long', '--full-tree', commit] }, MOST_FILES);
  if (fields === null) throw new Error(`snapshot_too_large: more than ${MOST_FILES} files`);
  const entries = fields.flatMap(entryOf);
  const skipped: string[] = [];
  let written = 0;
  for (const part of partsOf(entries)) {
    for await (const contents of vault.readBlobs(part)) {
      for (const entry of part.filter(({ blob }) => contents.has(blob))) {
        if (await writeEntry(folder, entry, contents.get(entry.blob) ?? Buffer.alloc(0))) written += 1;
        else skipped.push(readablePath(entry.path));
      }
    }
  }
  return { kind: 'restored', files: written, skipped };
}

interface Entry {
  readonly mode: string;
  readonly blob: string;
  readonly size: number;
  /** As bytes, one character each. */
  readonly path: string;
}

function entryOf(field: string): readonly Entry[] {
  const [, mode = '', blob = '', size = '0', path = ''] = /^([0-7]{6}) blob ([0-9a-f]{40,64}) +(\d+)\t([\s\S]+)$/.exec(field) ?? [];
  return path === '' ? [] : [{ mode, blob, size: Number(size), path }];
}

/** Parts that are read at once, so that every content is there when its files are written, however often it occurs. */
function* partsOf(entries: readonly Entry[]): Generator<readonly Entry[]> {
  let part: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (part.length > 0 && bytes + entry.size > BATCH_BYTES) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push(entry);
    bytes += entry.size;
  }
  if (part.length > 0) yield part;
}

/** Whether it could be written. Nothing outside of the folder ever is: no step out, and no way through a link written a moment ago. */
async function writeEntry(folder: string, { mode, path }: Entry, content: Buffer): Promise<boolean> {
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git')) return false;
  const target = bytesPath(folder, path);
  try {
    await mkdir(path.includes('/') ? bytesPath(folder, posix.dirname(path)) : folder, { recursive: true });
    if (mode === '120000') await symlink(content, target);
    else await writeNew(target, content, mode === '100755' ? 0o755 : 0o644);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENAMETOOLONG' || error.code === 'EEXIST' || error.code === 'ENOTDIR')) return false;
    throw error;
  }
}

async function writeNew(path: Buffer, content: Buffer, mode: number): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, mode);
  try {
    await file.writeFile(content);
  } finally {
    await file.close();
  }
}

function bytesPath(folder: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path, 'latin1')]);
}
