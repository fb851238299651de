import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GitFailure } from '../../platform/git.js';
import type { GitVault } from '../vault/index.js';
import { objectName } from '../vault/index.js';
import type { ConflictEntry } from './domain/merge-tree-output.js';
import { conflictMessages, parseMergeTree } from './domain/merge-tree-output.js';

export type Merge =
  | { readonly kind: 'clean'; readonly tree: string }
  /** `tree` has the files with conflict markers in them. */
  | { readonly kind: 'conflict'; readonly tree: string; readonly entries: readonly ConflictEntry[]; readonly messages: readonly string[] };

/**
 * Merges two commits without a checkout and without touching a ref. In a conflict `ours` is stage 2, `theirs` stage 3.
 *
 * @param tip whose `.gitattributes` say how files are merged.
 */
export async function mergeTrees(vault: GitVault, ours: string, theirs: string, tip: string = ours): Promise<Merge> {
  const folder = await attributesOf(vault, tip);
  try {
    const options = { timeoutMs: MERGE_TIMEOUT_MS, ...(folder === null ? {} : { workTree: folder }) };
    const ends = [objectName(ours), objectName(theirs)];
    const result = await vault.run(['merge-tree', '--write-tree', '-z', '--no-messages', ...ends], options);
    const merged = parseMergeTree(result.stdout.toString('latin1'));
    if (merged === null || (result.code !== 0 && result.code !== 1)) throw new GitFailure('merge-tree', result.code, result.stderr);
    if (result.code === 0) return { kind: 'clean', tree: merged.tree };
    const told = await vault.run(['merge-tree', '--write-tree', '--messages', ...ends], options);
    return { kind: 'conflict', tree: merged.tree, entries: merged.conflicts, messages: conflictMessages(told.stdout.toString('utf8')) };
  } finally {
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  }
}

const MERGE_TIMEOUT_MS = 5 * 60_000;
const MAX_TREE_ENTRIES = 10_000_000;
const MAX_ATTRIBUTES_BYTES = 16 * 1024 ** 2;

/**
 * A folder with the tip's `.gitattributes` and nothing else, or `null` if it has none. A bare repository ignores attributes: files
 * that must not be merged as text (`-merge` on lock files) would be. The tip's, not the head's: what is merged by whom is not the
 * lane's to say. (`--attr-source` would do it from git 2.41 on.)
 */
async function attributesOf(vault: GitVault, tip: string): Promise<string | null> {
  const listing = await vault.git.fields({ gitDir: vault.gitDir, args: ['ls-tree', '-r', '-z', '--full-tree', objectName(tip)] }, MAX_TREE_ENTRIES);
  if (listing === null) throw new Error(`merge_tree_too_large: more than ${MAX_TREE_ENTRIES} files`);
  const entries = listing.flatMap((record) => {
    const match = /^100(?:644|755) blob ([0-9a-f]{40,64})\t((?:[\s\S]+\/)?\.gitattributes)$/.exec(record);
    return match === null ? [] : [{ blob: match[1] ?? '', path: match[2] ?? '' }];
  });
  if (entries.length === 0) return null;
  const folder = join(vault.folder, 'attributes', randomBytes(9).toString('hex'));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const { blob, path } of entries) {
    const content = await vault.git.must({ gitDir: vault.gitDir, args: ['cat-file', 'blob', blob], maxOutputBytes: MAX_ATTRIBUTES_BYTES });
    const file = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path, 'latin1')]);
    // The folder is new and holds no link, and git's object checks keep `..` out of trees.
    await mkdir(Buffer.from(dirname(file.toString('latin1')), 'latin1'), { recursive: true });
    await writeFile(file, content);
  }
  return folder;
}
