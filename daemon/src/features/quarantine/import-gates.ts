import { mergeBasesIn, parseRawDiff, readablePath } from '../vault/index.js';
import type { Answer, RawEntry } from '../vault/index.js';
import { SUBMODULE_MODE, caseCollisions, isLfsPointer, isOrdinaryMode, pathProblem, textProblem } from './domain/tree-gate.js';
import type { Quarantine } from './quarantine.js';
import type { ImportPolicy, ImportRefusalCode, Judged } from './quarantine.types.js';

type Gate<T> = Promise<Answer<T, ImportRefusalCode>>;

/** Small enough that a bomb is stopped, large enough for any honest tree; git's own window into packs must fit as well. */
const LIMITS = { memoryBytes: 4 * 1024 ** 3 };
const BYTES_PER_ENTRY = 256;

/**
 * Judges a candidate that lies in the quarantine. Cheap gates come first, and everything that walks whole trees comes after the
 * one that bounds them.
 *
 * @param upstreamTip the tip of the branch it is meant for.
 */
export async function judge(quarantine: Quarantine, head: string, upstreamTip: string, policy: ImportPolicy): Gate<Judged> {
  const base = await singleMergeBase(quarantine, head, upstreamTip);
  if (!base.ok) return base;
  const range = `${base.value}..${head}`;
  const sizes = await sizeGate(quarantine, range, policy);
  if (!sizes.ok) return sizes;
  const texts = await textGate(quarantine, range);
  if (!texts.ok) return texts;
  const paths = await listingGate(quarantine, head, policy);
  if (!paths.ok) return paths;
  const changes = await changesOf(quarantine, base.value, head, policy);
  if (!changes.ok) return changes;
  const tree = treeGate(changes.value, paths.value, policy);
  if (!tree.ok) return tree;
  const lfs = await lfsGate(quarantine, head, changes.value, paths.value);
  if (!lfs.ok) return lfs;
  const [headTree = '', baseTree = ''] = (await quarantine.text(['rev-parse', `${head}^{tree}`, `${base.value}^{tree}`])).split('\n');
  return { ok: true, value: { head, tree: headTree, base: base.value, baseTree, commits: texts.value } };
}

async function singleMergeBase(quarantine: Quarantine, head: string, upstreamTip: string): Gate<string> {
  const bases = await mergeBasesIn(quarantine.git, quarantine.gitDir, upstreamTip, head);
  const [base] = bases;
  if (base === undefined) return no('unrelated_history', 'The lane\'s history does not start from the epic branch. Bring the changes onto a branch made from it.');
  if (bases.length > 1) return no('multiple_merge_bases', 'The lane and the epic branch were merged into each other crosswise, so no single diff shows the change. Bring the changes onto a branch made from the epic\'s tip.');
  return { ok: true, value: base };
}

async function sizeGate(quarantine: Quarantine, range: string, policy: ImportPolicy): Gate<void> {
  const objects = await quarantine.run(['rev-list', '--objects', range], { limits: LIMITS, maxOutputBytes: policy.maxNewObjects * BYTES_PER_ENTRY });
  const lines = objects.stdout.toString('latin1').split('\n').filter(Boolean);
  if (objects.code !== 0) return no('objects_refused', 'The lane\'s history has holes. Make the commits anew in a whole repository.');
  if (objects.truncated || lines.length > policy.maxNewObjects) return no('too_large', `The change has more than ${policy.maxNewObjects} new files and commits. Split it, or keep generated files out of it.`);
  const sizes = await quarantine.text(['cat-file', '--batch-check=%(objecttype) %(objectsize) %(rest)'], { stdin: lines.map((line) => `${line}\n`).join('') });
  let total = 0;
  for (const line of sizes.split('\n').filter(Boolean)) {
    const [type, size, ...rest] = line.split(' ');
    total += Number(size);
    if (type === 'blob' && Number(size) > policy.maxFileBytes) {
      return no('too_large', `"${rest.join(' ')}" is larger than ${megabytes(policy.maxFileBytes)} MB. Keep it out of the commits (also the earlier ones), or raise the limit.`, [rest.join(' ')]);
    }
  }
  if (total > policy.maxTotalBytes) return no('too_large', `The change has more than ${megabytes(policy.maxTotalBytes)} MB of new content. Split it, or raise the limit.`);
  return { ok: true, value: undefined };
}

/** Terminal escapes in messages and names reach whoever runs `git log`. Answers how many commits there are. */
async function textGate(quarantine: Quarantine, range: string): Gate<number> {
  const log = await quarantine.text(['log', '-z', '--no-show-signature', '--encoding=UTF-8', '--format=%H%n%an%n%ae%n%cn%n%ce%n%B', range]);
  const commits = log.split('\0').filter(Boolean);
  const bad = commits.find(textProblem);
  if (bad !== undefined) return no('forbidden_text', `Commit ${bad.slice(0, 12)} has control characters in its message or names. Reword it.`);
  return { ok: true, value: commits.length };
}

/** All paths of the tree, as git's bytes. A tree of 10^10 entries is some hundred bytes on the wire, and listing it does not end. */
async function listingGate(quarantine: Quarantine, head: string, policy: ImportPolicy): Gate<readonly string[]> {
  const args = ['ls-tree', '-r', '-z', '--name-only', '--full-tree', head];
  const paths = await quarantine.git.fields({ gitDir: quarantine.gitDir, args, limits: LIMITS, timeoutMs: policy.timeoutMs }, policy.maxTreeEntries);
  if (paths !== null) return { ok: true, value: paths };
  return no('too_many_files', `The tree has more than ${policy.maxTreeEntries} files. Keep generated files out of the commits.`);
}

async function changesOf(quarantine: Quarantine, base: string, head: string, policy: ImportPolicy): Gate<readonly RawEntry[]> {
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', '--no-ext-diff', '--no-textconv', base, head];
  // Two fields for each file; every file of both sides may differ.
  const fields = await quarantine.git.fields({ gitDir: quarantine.gitDir, args, limits: LIMITS, timeoutMs: policy.timeoutMs }, policy.maxTreeEntries * 4);
  if (fields === null) return no('too_many_files', `The change has more than ${policy.maxTreeEntries} files. Split it, or keep generated files out of it.`);
  return { ok: true, value: parseRawDiff([...fields, ''].join('\0')) };
}

function treeGate(changes: readonly RawEntry[], all: readonly string[], policy: ImportPolicy): Answer<void, ImportRefusalCode> {
  const added = new Set<string>();
  for (const entry of changes) {
    const path = readablePath(entry.path);
    const isModules = entry.path === '.gitmodules' || entry.path.endsWith('/.gitmodules');
    if (!policy.submodules && (isModules || entry.oldMode === SUBMODULE_MODE)) {
      return no('submodule_change', `"${path}" changes a submodule, which this project does not allow. Take the change back, or allow submodules in the project's policy.`, [path]);
    }
    if (entry.status === 'D') continue;
    if (entry.status === 'A') added.add(entry.path);
    const problem = pathProblem(entry.path);
    if (problem !== null) return no('forbidden_path', `The path ${JSON.stringify(path)} ${problem}. Rename the file.`, [path]);
    if (entry.newMode === SUBMODULE_MODE) {
      if (policy.submodules) continue;
      return no('nested_repository', `"${path}" is a repository of its own, so its content would be lost. Remove its .git, or ignore the folder.`, [path]);
    }
    if (!isOrdinaryMode(entry.newMode)) return no('forbidden_mode', `"${path}" has the mode ${entry.newMode}. Only files, programs and symbolic links are taken.`, [path]);
  }
  const [collision] = caseCollisions(all, added);
  if (collision === undefined) return { ok: true, value: undefined };
  const pair = collision.map(readablePath);
  return no('forbidden_path', `"${pair.join('" and "')}" are one file where case does not count. Rename one of them.`, pair);
}

/** Files that the tree's attributes send to Git LFS must be pointers: without the filter, git stores the raw bytes and says nothing. */
async function lfsGate(quarantine: Quarantine, head: string, changes: readonly RawEntry[], all: readonly string[]): Gate<void> {
  const attributeFiles = all.filter((path) => path === '.gitattributes' || path.endsWith('/.gitattributes'));
  const present = changes.filter((entry) => entry.status !== 'D' && entry.newMode !== SUBMODULE_MODE && entry.newMode !== '120000');
  if (attributeFiles.length === 0 || present.length === 0) return { ok: true, value: undefined };
  const index = `${quarantine.gitDir}/attributes-index`;
  await quarantine.text(['read-tree', head], { index });
  const listing = await quarantine.git.must({
    gitDir: quarantine.gitDir,
    index,
    args: ['check-attr', '--cached', '-z', '--stdin', 'filter'],
    stdin: Buffer.from(present.map((entry) => `${entry.path}\0`).join(''), 'latin1'),
    literalPathspecs: false,
  });
  const fields = listing.toString('latin1').split('\0');
  const filtered = new Set(fields.flatMap((path, at) => (at % 3 === 0 && fields[at + 2] === 'lfs' ? [path] : [])));
  for (const entry of present.filter((candidate) => filtered.has(candidate.path))) {
    const blob = await quarantine.run(['cat-file', 'blob', entry.newBlob], { maxOutputBytes: 2_048 });
    if (blob.truncated || !isLfsPointer(blob.stdout.toString('latin1'))) {
      const path = readablePath(entry.path);
      return no('lfs_content', `"${path}" belongs to Git LFS but was committed as it is. Commit it with git-lfs installed.`, [path]);
    }
  }
  return { ok: true, value: undefined };
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 ** 2);
}

function no(code: ImportRefusalCode, sentence: string, paths?: readonly string[]): Answer<never, ImportRefusalCode> {
  return { ok: false, refusal: { code, sentence, ...(paths === undefined ? {} : { paths }) } };
}
