import type { Git } from '../../platform/git.js';
import { GitFailure } from '../../platform/git.js';

/** A file of a commit's tree. */
export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly blob: string;
  /** Bytes. */
  readonly size: number;
}

/** What one call reads at most; more is asked for in parts. */
const BATCH_BYTES = 16 * 1024 * 1024;
const READ_LIMITS = { memoryBytes: 4 * 1024 ** 3 };
const MOST_CHURN_FIELDS = 500_000;

/** All files of a commit, in git's order; `null` when there are more than `most`. Paths are decoded: two that differ in broken bytes may look alike. */
export async function listTree(git: Git, gitDir: string, commit: string, most: number): Promise<readonly TreeEntry[] | null> {
  const fields = await git.fields({ gitDir, args: ['ls-tree', '-r', '-z', '--long', '--full-tree', commit], limits: READ_LIMITS }, most);
  return (
    fields?.flatMap((field) => {
      const match = /^([0-7]{6}) blob ([0-9a-f]{40,64}) +(\d+)\t([\s\S]+)$/.exec(field);
      const [, mode = '', blob = '', size = '0', path = ''] = match ?? [];
      return match === null ? [] : [{ path: Buffer.from(path, 'latin1').toString('utf8'), mode, blob, size: Number(size) }];
    }) ?? null
  );
}

/** The contents of blobs, a part at a time, in the order asked for. Sizes are the tree's. */
export async function* readBlobs(git: Git, gitDir: string, blobs: readonly { readonly blob: string; readonly size: number }[], signal?: AbortSignal): AsyncGenerator<ReadonlyMap<string, Buffer>> {
  let part: string[] = [];
  let bytes = 0;
  for (const { blob, size } of blobs) {
    if (part.length > 0 && bytes + size > BATCH_BYTES) {
      yield await readPart(git, gitDir, part, bytes, signal);
      part = [];
      bytes = 0;
    }
    part.push(blob);
    bytes += size;
  }
  if (part.length > 0) yield await readPart(git, gitDir, part, bytes, signal);
}

async function readPart(git: Git, gitDir: string, blobs: readonly string[], bytes: number, signal: AbortSignal | undefined): Promise<ReadonlyMap<string, Buffer>> {
  const output = await git.must({ gitDir, args: ['cat-file', '--batch'], stdin: `${blobs.join('\n')}\n`, maxOutputBytes: bytes + blobs.length * 200, signal });
  const found = new Map<string, Buffer>();
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(0x0a, at);
    const [name = '', type = '', size = ''] = output.subarray(at, end).toString('latin1').split(' ');
    if (end === -1 || type !== 'blob') throw new GitFailure('cat-file', 0, `not a blob: ${name.slice(0, 80)} ${type}`);
    const start = end + 1;
    found.set(name, output.subarray(start, start + Number(size)));
    at = start + Number(size) + 1;
  }
  return found;
}

/** In how many of the last commits each path changed, merges left out. */
export async function churnOf(git: Git, gitDir: string, commit: string, most: number): Promise<{ readonly commits: number; readonly paths: ReadonlyMap<string, number> }> {
  const args = ['log', '--no-merges', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-show-signature', '--no-mailmap', '--name-only', '-z', '--format=%x00', `--max-count=${most}`, commit];
  const fields = await git.fields({ gitDir, args, limits: READ_LIMITS }, MOST_CHURN_FIELDS);
  const paths = new Map<string, number>();
  for (const field of fields ?? []) {
    const path = Buffer.from(field.replace(/^\n/, ''), 'latin1').toString('utf8');
    if (path !== '') paths.set(path, (paths.get(path) ?? 0) + 1);
  }
  const counted = await git.text({ gitDir, args: ['rev-list', '--count', '--no-merges', `--max-count=${most}`, commit] });
  return { commits: Number(counted), paths };
}
