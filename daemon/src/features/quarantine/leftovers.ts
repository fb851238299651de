import { rm } from 'node:fs/promises';
import type { Answer } from '../vault/index.js';
import { ownWords } from '../vault/index.js';
import type { Quarantine } from './quarantine.js';
import type { ImportPolicy, ImportRefusalCode } from './quarantine.types.js';

export interface Leftovers {
  /** The lane's folder, whose device and inode the caller has just checked. */
  readonly folder: string;
  /** The daemon's own record of the folder's files. The lane's index is the agent's and may lie. */
  readonly index: string;
  /** The commit the leftovers come on top of; more than one to finish a merge. */
  readonly parents: readonly [string, ...string[]];
  readonly author: { readonly name: string; readonly email: string };
  readonly message: string;
  /** Seconds since the Unix epoch. */
  readonly at: number;
}

/**
 * Commits what the agent left uncommitted, in the quarantine, over the lane's files and without its `.git`: no configuration,
 * hook, index or exclude file of the agent has a say. Its `.gitignore` and `.gitattributes` do, as content.
 *
 * @returns the new commit, or the parent when there is nothing left over.
 */
export async function commitLeftovers(quarantine: Quarantine, leftovers: Leftovers, policy: ImportPolicy): Promise<Answer<string, ImportRefusalCode>> {
  const files = { workTree: leftovers.folder, index: leftovers.index };
  const [parent] = leftovers.parents;
  // Left by a daemon that was killed here; nobody else uses this index.
  await rm(`${leftovers.index}.lock`, { force: true });
  // Keeps what is known about unchanged files, and knows files that were committed although they are ignored.
  await quarantine.text(['read-tree', '--reset', parent], files);
  const added = await quarantine.run(['add', '-A', '--no-warn-embedded-repo'], { ...files, limits: { fileBytes: policy.maxTotalBytes } });
  // A folder that cannot be read, or whose path is too long, is passed over with a warning and the code 0.
  if (added.code !== 0 || added.stderr.trim() !== '') return addRefusal(added.code, added.stderr);
  const tree = await quarantine.text(['write-tree'], files);
  const parentTree = await quarantine.text(['rev-parse', '--verify', `${parent}^{tree}`]);
  if (tree === parentTree && leftovers.parents.length === 1) return { ok: true, value: parent };
  const stamp = `@${leftovers.at} +0000`;
  const commit = await quarantine.text(['commit-tree', tree, ...leftovers.parents.flatMap((one) => ['-p', one]), '-F', '-'], {
    stdin: leftovers.message,
    environment: {
      GIT_AUTHOR_NAME: leftovers.author.name,
      GIT_AUTHOR_EMAIL: leftovers.author.email,
      GIT_AUTHOR_DATE: stamp,
      GIT_COMMITTER_NAME: leftovers.author.name,
      GIT_COMMITTER_EMAIL: leftovers.author.email,
      GIT_COMMITTER_DATE: stamp,
    },
  });
  return { ok: true, value: commit };
}

function addRefusal(code: number | null, stderr: string): Answer<never, ImportRefusalCode> {
  const nested = /'(.+?)\/?' does not have a commit checked out/.exec(stderr)?.[1];
  if (nested !== undefined) {
    return no('nested_repository', `"${nested}" is an empty repository of its own, and git can add nothing beside it. Remove its .git, or ignore the folder.`, [nested]);
  }
  if (code === null || code > 128 + 20 || /File too large/i.test(stderr)) return no('too_large', 'A file in the lane is larger than a commit may be. Ignore it, or remove it.');
  return no('unreadable_files', `Not every file of the lane could be read: ${ownWords(stderr)} Make them readable, or remove or ignore them.`);
}

function no(code: ImportRefusalCode, sentence: string, paths?: readonly string[]): Answer<never, ImportRefusalCode> {
  return { ok: false, refusal: { code, sentence, ...(paths === undefined ? {} : { paths }) } };
}
