import { lstatSync, readdirSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import type { GitVault } from '../vault/index.js';
import { runProcess } from '../../platform/process.js';

/**
 * Whether a folder holds a commit's files and nothing else, told by walking it. git's own words are no proof: a repository planted in
 * a tracked folder survives reset and clean and is in no status, and the next git that runs there runs its programs.
 */

/** Paths are bytes, one character each (`latin1`). */
interface Tracked {
  readonly files: ReadonlySet<string>;
  /** Submodules are never initialised: their folders are empty. */
  readonly submodules: ReadonlySet<string>;
  /** Every folder above those. */
  readonly folders: ReadonlySet<string>;
}

/** What shows that a file was written since, as git's index looks at it. */
type Mark = Pick<Stats, 'ino' | 'size' | 'mode' | 'mtimeMs' | 'ctimeMs'>;

/**
 * A proof that was made. Kept in memory only, where no agent can write: for as long as the daemon's index is the file that was looked at,
 * every file is as that index has it, and there is nothing else, what was proven still holds.
 */
export interface Proof {
  readonly tracked: Tracked;
  readonly index: Mark;
  /** When a file was last changed in any way, in milliseconds since the Unix epoch. */
  readonly youngest: number;
}

/** @param index the daemon's own, at `commit`. `wrong` is for the log. */
export async function proveClean(vault: GitVault, folder: string, index: string, commit: string): Promise<Proof | { readonly wrong: string }> {
  const tree = await vault.text(['write-tree'], { index });
  if (tree !== (await vault.treeOf(commit))) return { wrong: 'the index is of another commit' };
  const mark = markOf(await lstat(index));
  const tracked = await trackedIn(vault, index);
  let youngest = 0;
  const walked = await walk(folder, tracked, (path) => {
    const found = lstatSync(bytesPath(folder, path));
    youngest = Math.max(youngest, found.ctimeMs);
    // A second name elsewhere would change the content after the proof; set-user-id bits are in no tree.
    return found.nlink !== 1 || (found.isFile() && (found.mode & 0o7000) !== 0) ? 'a file has another name or odd rights' : undefined;
  });
  const wrong = walked ?? (await differsFromIndex(vault, folder, index));
  return wrong === undefined ? { tracked, index: mark, youngest } : { wrong };
}

/**
 * Whether nothing has changed since the proof was made. False says only that it has to be made anew. Whatever is done to a file, be it a
 * second name or other rights, sets a time that is in the index too: git looks at that, in a fifth of the time it takes here, while the
 * walk looks at names alone. Git compares whole seconds, so the proof must have been made a second after the `youngest` change.
 */
export async function stillProven(vault: GitVault, folder: string, index: string, proof: Proof): Promise<boolean> {
  if (!isSame(proof.index, await lstat(index))) return false;
  const differing = differsFromIndex(vault, folder, index);
  // Awaited below, if the walk does not throw before.
  differing.catch(() => undefined);
  return (await walk(folder, proof.tracked, () => undefined)) === undefined && (await differing) === undefined;
}

async function differsFromIndex(vault: GitVault, folder: string, index: string): Promise<string | undefined> {
  const changed = await vault.run(['diff-files', '-z', '--name-only', '--no-ext-diff'], { workTree: folder, index });
  if (changed.code !== 0 || changed.stderr !== '') return 'git could not read all of it';
  return changed.stdout.length === 0 ? undefined : 'a file differs';
}

/** How many files are looked at before others get a turn: some milliseconds. */
const AT_ONCE = 500;

/**
 * Looks at each file in turn, not at many at a time: what a promise costs is three times what the look costs, and a task waits for this.
 * Answers what is wrong, if anything.
 */
async function walk(root: string, tracked: Tracked, look: (path: string) => string | undefined): Promise<string | undefined> {
  let seen = 0;
  let looks = 0;
  const pending = [''];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const entries = readdirSync(bytesPath(root, folder), { encoding: 'latin1', withFileTypes: true });
    if (entries.length === 0 && folder !== '' && !tracked.submodules.has(folder)) return 'it has an empty folder';
    for (const entry of entries) {
      if ((looks += 1) % AT_ONCE === 0) await new Promise(setImmediate);
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!tracked.folders.has(path) && !tracked.submodules.has(path)) return 'it has a folder more';
        pending.push(path);
        continue;
      }
      if (!tracked.files.has(path) || !(entry.isFile() || entry.isSymbolicLink())) return 'it has a file more';
      const wrong = look(path);
      if (wrong !== undefined) return wrong;
      seen += 1;
    }
  }
  return seen === tracked.files.size ? undefined : 'a file is missing';
}

function markOf({ ino, size, mode, mtimeMs, ctimeMs }: Stats): Mark {
  return { ino, size, mode, mtimeMs, ctimeMs };
}

function isSame(mark: Mark, found: Mark): boolean {
  return mark.ctimeMs === found.ctimeMs && mark.mtimeMs === found.mtimeMs && mark.ino === found.ino && mark.size === found.size && mark.mode === found.mode;
}

/**
 * Removes whatever a commit does not have, before its files are written: a link in place of a folder would lead git elsewhere. The
 * caller has looked that the folder is the one that was made, and no process of an agent lives.
 */
export async function removeUntracked(vault: GitVault, root: string, index: string): Promise<void> {
  const tracked = await trackedIn(vault, index);
  const doomed: Buffer[] = [];
  const pending = [''];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const name of await readdir(bytesPath(root, folder), { encoding: 'buffer' })) {
      const path = join(folder, name.toString('latin1'));
      const found = await lstat(bytesPath(root, path));
      if (found.isDirectory() && tracked.folders.has(path)) pending.push(path);
      else if (found.isDirectory() || !tracked.files.has(path) || found.nlink !== 1 || (found.mode & 0o7000) !== 0 && found.isFile()) doomed.push(bytesPath(root, path));
    }
  }
  await removeAll(root, doomed);
}

/** By `rm`, which copes with paths longer than the system's limit; names go through its standard input, as they may hold any byte. */
async function removeAll(root: string, paths: readonly Buffer[]): Promise<void> {
  if (paths.length === 0) return;
  const stdin = Buffer.concat(paths.flatMap((path) => [path, Buffer.from([0])]));
  const result = await runProcess({ command: 'xargs', args: ['-0', '/bin/rm', '-rf', '--'], cwd: root, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' }, stdin, timeoutMs: REMOVE_TIMEOUT_MS });
  if (result.code !== 0) throw new Error(`spare_clean: ${result.stderr.toString('utf8').slice(0, 500)}`);
}

const REMOVE_TIMEOUT_MS = 10 * 60_000;

async function trackedIn(vault: GitVault, index: string): Promise<Tracked> {
  const listing = (await vault.git.must({ gitDir: vault.gitDir, index, args: ['ls-files', '-z', '--stage'] })).toString('latin1');
  const files = new Set<string>();
  const submodules = new Set<string>();
  const folders = new Set<string>();
  for (const line of listing.split('\0').filter((field) => field !== '')) {
    const path = line.slice(line.indexOf('\t') + 1);
    (line.startsWith('160000 ') ? submodules : files).add(path);
    for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) folders.add(path.slice(0, at));
  }
  return { files, submodules, folders };
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

function bytesPath(root: string, path: string): Buffer {
  return path === '' ? Buffer.from(root) : Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')]);
}
