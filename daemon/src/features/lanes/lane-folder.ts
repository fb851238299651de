import { randomBytes } from 'node:crypto';
import { copyFile, lstat, mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../../platform/clock.js';
import { runProcess } from '../../platform/process.js';
import { vaultObjects } from '../quarantine/index.js';
import type { GitVault } from '../vault/index.js';
import type { AgentIdentity, Lane } from './lanes.types.js';

/** Device and inode, as decimal strings: numbers would lose the low bits of some file systems. */
export interface FolderId {
  readonly device: string;
  readonly inode: string;
}

/** `moved`: something is there, but it is not the folder that was made; a link, most likely. */
export type FolderLook = 'same' | 'gone' | 'moved';

/**
 * Looked at before everything that writes or deletes in a lane: a lane that was swapped for a link had files deleted and written
 * outside of it. Good for as long as no process of the agent lives.
 */
export async function lookAtFolder(lane: Pick<Lane, 'path' | 'device' | 'inode'>): Promise<FolderLook> {
  const found = await lstat(lane.path, { bigint: true }).catch(() => null);
  if (found === null) return 'gone';
  return found.isDirectory() && String(found.dev) === lane.device && String(found.ino) === lane.inode ? 'same' : 'moved';
}

export async function makeFolder(path: string): Promise<FolderId> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await mkdir(path, { mode: 0o700 });
  const made = await lstat(path, { bigint: true });
  return { device: String(made.dev), inode: String(made.ino) };
}

/** Writes a commit's files into an empty folder, with the daemon's index over them. Runs no filter: the vault configures none. */
export async function checkOut(vault: GitVault, folder: string, index: string, commit: string): Promise<void> {
  await vault.text(['-c', 'checkout.workers=2', 'read-tree', '--reset', '-u', commit], { workTree: folder, index, timeoutMs: CHECKOUT_TIMEOUT_MS });
}

export interface RepositorySpec {
  readonly folder: string;
  /** The branch that HEAD is on; `null` for a detached HEAD. */
  readonly branch: string | null;
  readonly commit: string;
  /** Copied, so that the agent's first `git status` need not read every file. */
  readonly index: string;
  readonly identity: AgentIdentity | null;
  /** More refs, such as the base to compare with. */
  readonly refs?: Readonly<Record<string, string>>;
  /** Files of a merge that is to be finished (`MERGE_HEAD`, …). */
  readonly merge?: Readonly<Record<string, string>>;
}

/**
 * Makes `<folder>/.git` anew by file calls, in a draft that is renamed into place: nothing an earlier agent planted stays, and no
 * git runs. It has no remote, so that nothing in it can push or fetch, and borrows the vault's objects.
 */
export async function writeRepository(vault: GitVault, spec: RepositorySpec): Promise<void> {
  const draft = join(vault.folder, 'drafts', randomBytes(9).toString('hex'));
  const refs: Record<string, string> = { ...spec.refs };
  if (spec.branch !== null) refs[`refs/heads/${spec.branch}`] = spec.commit;
  const parts = ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags', 'info', 'hooks'];
  await Promise.all([...parts, ...Object.keys(refs).map(dirname)].map((part) => mkdir(join(draft, part), { recursive: true, mode: 0o700 })));
  const files: Record<string, string> = {
    HEAD: spec.branch === null ? `${spec.commit}\n` : `ref: refs/heads/${spec.branch}\n`,
    config: repositoryConfig(spec.identity),
    'objects/info/alternates': `${vaultObjects(vault)}\n`,
    ...Object.fromEntries(Object.entries(refs).map(([ref, commit]) => [ref, `${commit}\n`])),
    ...spec.merge,
  };
  await Promise.all([copyFile(spec.index, join(draft, 'index')), ...Object.entries(files).map(([name, content]) => writeFile(join(draft, name), content))]);
  await rename(draft, join(spec.folder, '.git'));
}

/** Moves a file, link or folder out of the way, whole; `null` when there is nothing. A link is moved, not what it points at. */
export async function moveToTrash(vault: GitVault, clock: Clock, path: string, label: string): Promise<string | null> {
  const trash = join(vault.folder, 'trash', `${clock.now()}-${label}-${randomBytes(3).toString('hex')}`);
  await mkdir(dirname(trash), { recursive: true, mode: 0o700 });
  try {
    await rename(path, trash);
    return trash;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Deletes a tree for good. It is renamed away and looked at again first, so that what is deleted is what was looked at; and `rm`
 * does it because Node's own fails on paths longer than the system's limit.
 */
export async function deleteFolder(vault: GitVault, clock: Clock, path: string, expected?: FolderId): Promise<void> {
  const doomed = await moveToTrash(vault, clock, path, 'deleting');
  if (doomed === null) return;
  if (expected !== undefined && (await lookAtFolder({ path: doomed, ...expected })) !== 'same') return;
  const result = await runProcess({ command: '/bin/rm', args: ['-rf', '--', doomed], cwd: vault.folder, env: { LC_ALL: 'C' }, timeoutMs: DELETE_TIMEOUT_MS });
  if (result.code !== 0) throw new Error(`lane_delete: ${result.stderr.toString('utf8').slice(0, 500)}`);
}

const CHECKOUT_TIMEOUT_MS = 10 * 60_000;
const DELETE_TIMEOUT_MS = 10 * 60_000;

function repositoryConfig(identity: AgentIdentity | null): string {
  const core = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = true\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n';
  return identity === null ? core : `${core}[user]\n\tname = ${quoted(identity.name)}\n\temail = ${quoted(identity.email)}\n`;
}

function quoted(value: string): string {
  return `"${value.replace(/[\r\n\0]/g, ' ').replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
