import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { copyFile, lstat, open, readdir, readlink } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { GitFailure } from '../../platform/git.js';
import { Quarantine, withinTime } from '../quarantine/index.js';
import type { Answer } from '../vault/index.js';
import { ownWords, readablePath } from '../vault/index.js';
import { commitHeader, quotedPath } from './domain/fast-import.js';
import { snapshotPrefix } from './domain/snapshot-name.js';
import { lookAtFolder } from './lane-folder.js';
import { DAEMON_IDENTITY, LANE_MOVED, refuseCollect } from './lane-records.js';
import type { LaneContext } from './lane-records.js';
import type { CollectRefusalCode, Lane, Snapshot } from './lanes.types.js';

/** What a snapshot found besides what it stored; decides whether the folder may be deleted. */
export interface TakenSnapshot extends Snapshot {
  /** Folders that are repositories of their own. Their files are stored, their history is not. */
  readonly nested: readonly string[];
}

/** Files larger than this, and all files once that many bytes lie in the stream, are hashed one by one instead. */
const INLINE_FILE_BYTES = 1024 ** 2;
const INLINE_TOTAL_BYTES = 128 * 1024 ** 2;
/** Node cannot hold much more in one buffer with comfort; a larger file stays where it is, in the trash. */
const MAX_FILE_BYTES = 1024 ** 3;
const MAX_LISTED = 1_000;

/**
 * A commit whose tree is the folder byte for byte. Not by `git add`: it would store a nested repository as a link, pass over what it
 * cannot read, convert line ends, and open whatever an attribute names. Ignored files are listed only.
 */
export function takeSnapshot(context: LaneContext, lane: Lane, why: string): Promise<Answer<TakenSnapshot, CollectRefusalCode>> {
  return withinTime<TakenSnapshot, CollectRefusalCode>(async () => {
    if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(why)) throw new Error('snapshot_reason: lower-case letters, digits and hyphens only');
    if ((await lookAtFolder(lane)) !== 'same') return refuseCollect('lane_moved', LANE_MOVED);
    const prefix = snapshotPrefix(lane.taskId, context.clock.now(), why, randomBytes(2).toString('hex'));
    const quarantine = await Quarantine.open(context.vault, [lane.head], context.policy);
    try {
      const known = await whatGitKnows(context, quarantine, lane);
      const walk = await walkFolder(lane.path, known);
      const stored = await storeFiles(context, lane, { ref: `${prefix}/files`, message: `Snapshot of the lane (${why})\n`, removed: known.removed, walk });
      const savedRefs = await quarantine.rescue(lane.path, prefix, context.sandbox).catch(() => []);
      const { commit, unreadable } = stored;
      return {
        ok: true,
        value: {
          ref: `${prefix}/files`,
          commit,
          savedRefs,
          ignored: [...known.ignored].slice(0, MAX_LISTED).map(readablePath),
          skipped: [...walk.odd, ...unreadable].map(readablePath),
          nested: walk.nested.map(readablePath),
        },
      };
    } catch (error) {
      if (!(error instanceof GitFailure)) throw error;
      return refuseCollect('unreadable_files', `The folder could not be stored: ${ownWords(error.stderr)} It is kept as it is.`);
    } finally {
      await quarantine.dispose();
    }
  });
}

/** Paths are bytes, one character each (`latin1`), as everywhere below. */
interface Known {
  readonly unchanged: ReadonlySet<string>;
  readonly removed: readonly string[];
  /** Files, and folders with a slash at the end. */
  readonly ignored: ReadonlySet<string>;
}

async function whatGitKnows(context: LaneContext, quarantine: Quarantine, lane: Lane): Promise<Known> {
  const index = join(quarantine.gitDir, 'snapshot-index');
  await copyFile(context.records.indexPath(lane.taskId), index);
  const files = { workTree: lane.path, index };
  const list = async (args: readonly string[]) => {
    const result = await quarantine.git.must({ gitDir: quarantine.gitDir, ...files, args, timeoutMs: context.policy.timeoutMs });
    return result.toString('latin1').split('\0').filter(Boolean);
  };
  await quarantine.text(['read-tree', '--reset', lane.head], files);
  const tracked = await list(['ls-files', '-z']);
  const changes = await list(['diff-files', '-z', '--name-status', '--no-ext-diff']);
  const changed = new Map<string, string>();
  for (let at = 0; at + 1 < changes.length; at += 2) changed.set(changes[at + 1] ?? '', changes[at] ?? '');
  const ignored = await list(['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory']);
  return {
    unchanged: new Set(tracked.filter((path) => !changed.has(path))),
    removed: [...changed].filter(([, status]) => status !== 'M').map(([path]) => path),
    ignored: new Set(ignored),
  };
}

interface Walk {
  /** Files and links to store. */
  readonly files: readonly { readonly path: string; readonly stats: Stats }[];
  readonly odd: readonly string[];
  readonly nested: readonly string[];
}

async function walkFolder(root: string, known: Known): Promise<Walk> {
  const files: { path: string; stats: Stats }[] = [];
  const odd: string[] = [];
  const nested: string[] = [];
  const pending = [''];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const names = await readdir(bytesPath(root, folder), { encoding: 'buffer' }).catch(() => null);
    if (names === null) {
      odd.push(folder);
      continue;
    }
    for (const name of names.map((bytes) => bytes.toString('latin1'))) {
      if (name === '.git') {
        if (folder !== '') nested.push(folder);
        continue;
      }
      const path = folder === '' ? name : `${folder}/${name}`;
      if (known.unchanged.has(path) || known.ignored.has(path)) continue;
      const stats = await lstat(bytesPath(root, path)).catch(() => null);
      if (stats?.isDirectory() === true) {
        if (!known.ignored.has(`${path}/`)) pending.push(path);
      } else if (stats !== null && (stats.isFile() || stats.isSymbolicLink())) files.push({ path, stats });
      else odd.push(path);
    }
  }
  return { files, odd, nested };
}

interface Storing {
  readonly ref: string;
  readonly message: string;
  readonly removed: readonly string[];
  readonly walk: Walk;
}

async function storeFiles(context: LaneContext, lane: Lane, storing: Storing): Promise<{ commit: string; unreadable: readonly string[] }> {
  const { vault } = context;
  const header = commitHeader({ ref: storing.ref, parent: lane.head, author: DAEMON_IDENTITY, at: Math.floor(context.clock.now() / 1_000), message: storing.message });
  // Removals first: a file may have become a folder of the same name.
  const stream: Buffer[] = [Buffer.from(header), ...storing.removed.map((path) => Buffer.from(`D ${quotedPath(path)}\n`))];
  const unreadable: string[] = [];
  let inline = 0;
  for (const { path, stats } of storing.walk.files) {
    const content = await contentOf(bytesPath(lane.path, path), stats);
    if (content === null) {
      unreadable.push(path);
      continue;
    }
    const mode = stats.isSymbolicLink() ? '120000' : (stats.mode & 0o100) !== 0 ? '100755' : '100644';
    if (content.length > INLINE_FILE_BYTES || inline > INLINE_TOTAL_BYTES) {
      const blob = await vault.text(['hash-object', '-w', '--no-filters', '--stdin'], { stdin: content });
      stream.push(Buffer.from(`M ${mode} ${blob} ${quotedPath(path)}\n`));
      continue;
    }
    inline += content.length;
    stream.push(Buffer.from(`M ${mode} inline ${quotedPath(path)}\ndata ${content.length}\n`), content, Buffer.from('\n'));
  }
  await vault.locks.exclusive('refs', () => vault.text(['fast-import', '--quiet', '--done'], { stdin: Buffer.concat([...stream, Buffer.from('done\n')]), timeoutMs: context.policy.timeoutMs }));
  const commit = await vault.readRef(storing.ref);
  if (commit === null) throw new Error('snapshot_lost: fast-import ended well and wrote no ref');
  return { commit, unreadable };
}

/** `null` when it cannot be read, or is no longer what the walk saw. Never follows a link, never waits for a pipe. */
async function contentOf(path: Buffer, stats: Stats): Promise<Buffer | null> {
  if (stats.isSymbolicLink()) return readlink(path, { encoding: 'buffer' }).catch(() => null);
  if (stats.size > MAX_FILE_BYTES) return null;
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return (await file.stat()).isFile() ? await file.readFile() : null;
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}

function bytesPath(root: string, path: string): Buffer {
  return path === '' ? Buffer.from(root) : Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')]);
}
