import type { Git } from '../../platform/git.js';
import { GitFailure } from '../../platform/git.js';
import { parsePatches, toldChange, wantedPatches } from './domain/change.js';
import type { ChangeLimits, ToldChange } from './domain/change.js';
import type { LineCount, RawEntry } from './domain/raw-diff.js';

/** Bytes read of all patches; some of what is read is then too long to be told. */
const READ_BYTES = 8 * 1024 * 1024;
/** Of one command's arguments: far below what systems take. */
const ARGUMENT_BYTES = 100_000;
const READ_LIMITS = { memoryBytes: 4 * 1024 ** 3 };
const PLAIN = ['--no-renames', '--no-ext-diff', '--no-textconv', '--no-color', '--submodule=short', '--full-index', '--unified=3'];

/** What changed between two commits, as people are told of it. Nothing that the repository names is run. */
export async function readChange(git: Git, gitDir: string, ends: readonly [base: string, head: string], entries: readonly RawEntry[], counts: ReadonlyMap<string, LineCount>, limits: ChangeLimits): Promise<ToldChange> {
  const wanted = wantedPatches(entries, counts, limits);
  const patches = new Map<string, string>();
  // Without names git is asked once for all of it, whatever bytes the names are made of.
  const parts = wanted.length === entries.length ? [[]] : inParts(wanted.flatMap(nameable));
  for (const paths of parts) {
    const args = ['diff-tree', '-r', '-z', '--raw', '-p', '--no-abbrev', ...PLAIN, ...ends, ...(paths.length === 0 ? [] : ['--', ...paths])];
    const { code, stdout, stderr, truncated } = await git.run({ gitDir, args, maxOutputBytes: READ_BYTES, limits: READ_LIMITS });
    if (code !== 0) throw new GitFailure('diff-tree', code, stderr);
    const found = parsePatches(stdout.toString('latin1'), truncated);
    // Another git might print something else. The work is done and counted; it must not be lost because it cannot be shown.
    if (found === undefined) break;
    for (const [path, patch] of found) patches.set(path, patch);
  }
  return toldChange(entries, counts, patches, limits);
}

/** An argument is text: a name whose bytes are no UTF-8 cannot be one, and its patch is not asked for. */
function nameable(path: string): readonly string[] {
  const bytes = Buffer.from(path, 'latin1');
  const name = bytes.toString('utf8');
  return Buffer.from(name, 'utf8').equals(bytes) ? [name] : [];
}

function inParts(paths: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [];
  let bytes = ARGUMENT_BYTES;
  for (const path of paths) {
    bytes += Buffer.byteLength(path);
    if (bytes > ARGUMENT_BYTES) {
      parts.push([]);
      bytes = Buffer.byteLength(path);
    }
    parts.at(-1)?.push(path);
  }
  return parts;
}
