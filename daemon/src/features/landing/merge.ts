import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GitFailure } from '../../platform/git.js';
import type { GitVault } from '../vault/index.js';
import { objectName } from '../vault/index.js';
import type { AttributesFile } from './tip-attributes.js';
import type { ConflictEntry } from './domain/merge-tree-output.js';
import { conflictMessages, parseMergeTree } from './domain/merge-tree-output.js';

export type Merge =
  | { readonly kind: 'clean'; readonly tree: string }
  /** `tree` has the files with conflict markers in them. */
  | { readonly kind: 'conflict'; readonly tree: string; readonly entries: readonly ConflictEntry[]; readonly messages: readonly string[] };

/**
 * Merges two commits without a checkout and without touching a ref. In a conflict `ours` is stage 2, `theirs` stage 3.
 *
 * @param attributes those of the tip that the merge is for: its `.gitattributes` say how files are merged.
 */
export async function mergeTrees(vault: GitVault, ours: string, theirs: string, attributes: readonly AttributesFile[]): Promise<Merge> {
  const folder = await writeAttributes(vault, attributes);
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
const MAX_ATTRIBUTES_BYTES = 16 * 1024 ** 2;

/**
 * A folder with these `.gitattributes` and nothing else, or `null` if there are none. A bare repository ignores attributes: files
 * that must not be merged as text (`-merge` on lock files) would be. (`--attr-source` would do it from git 2.41 on.)
 */
async function writeAttributes(vault: GitVault, attributes: readonly AttributesFile[]): Promise<string | null> {
  if (attributes.length === 0) return null;
  const folder = join(vault.folder, 'attributes', randomBytes(9).toString('hex'));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const { blob, path } of attributes) {
    const content = await vault.git.must({ gitDir: vault.gitDir, args: ['cat-file', 'blob', blob], maxOutputBytes: MAX_ATTRIBUTES_BYTES });
    const file = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path, 'latin1')]);
    // The folder is new and holds no link, and git's object checks keep `..` out of trees.
    await mkdir(Buffer.from(dirname(file.toString('latin1')), 'latin1'), { recursive: true });
    await writeFile(file, content);
  }
  return folder;
}
