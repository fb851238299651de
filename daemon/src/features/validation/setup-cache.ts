import { createHash, randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runProcess } from '../../platform/process.js';
import { readSmallFile } from '../quarantine/index.js';
import type { SetupDeclaration } from './setup-declaration.js';
import { readSetupDeclaration } from './setup-declaration.js';
import { SETUP_HOOK, findSetupHook } from './setup-hook.js';

const DECLARATION = join('.maestro', 'setup.toml');
const MOST_DECLARATION_BYTES = 16 * 1024;
const MOST_LOCKFILE_BYTES = 64 * 1024 ** 2;
const MOST_HOOK_BYTES = 1024 ** 2;
/** Results kept for each project: the epics that are worked for at the same time, and the base. */
const MOST_KEPT = 4;
const COPY_TIMEOUT_MS = 10 * 60_000;

/** What a result of the setup hook depends on, as far as its repository says. */
export interface SetupKey {
  readonly id: string;
  readonly declaration: SetupDeclaration;
}

/**
 * Results of setup hooks, kept beside the project's vault where no agent works. Stored from lanes that no agent has seen yet, and copied,
 * never linked: what an agent does to its lane stays in its lane.
 */
export class SetupCache {
  /** @param folder the vault's. */
  constructor(private readonly folder: string) {}

  /** Undefined: the repository has no hook, does not say what it makes, or something of that cannot be read. */
  async keyOf(lane: string): Promise<SetupKey | undefined> {
    if ((await findSetupHook(lane)) === undefined) return undefined;
    const text = await readSmallFile(join(lane, DECLARATION), MOST_DECLARATION_BYTES);
    const hook = await readSmallFile(join(lane, SETUP_HOOK), MOST_HOOK_BYTES);
    const declaration = text === null ? undefined : readSetupDeclaration(text);
    if (declaration === undefined || text === null || hook === null) return undefined;
    const hash = createHash('sha256').update(JSON.stringify([process.platform, process.arch, text, hook]));
    for (const lockfile of declaration.lockfiles) {
      if (!(await isPlainFolder(lane, dirname(lockfile)))) return undefined;
      const content = await readSmallFile(join(lane, lockfile), MOST_LOCKFILE_BYTES);
      // A lockfile that is not there yet would make every state of the repository look the same.
      if (content === null) return undefined;
      hash.update(JSON.stringify([lockfile, content]));
    }
    return { id: hash.digest('hex'), declaration };
  }

  /** Copies a kept result into a lane. False when there is none, or it could not be copied: run the hook then. */
  async restore(key: SetupKey, lane: string): Promise<boolean> {
    const kept = join(this.kept, key.id);
    if ((await kindOf(kept)) !== 'folder') return false;
    for (const [index, folder] of key.declaration.folders.entries()) {
      if ((await kindOf(join(lane, folder))) !== 'absent' || !(await isPlainFolder(lane, dirname(folder)))) return false;
      if (!(await copyTree(join(kept, String(index)), join(lane, folder)))) return false;
    }
    await utimes(kept, new Date(), new Date());
    return true;
  }

  /** Keeps what the hook made in a lane that no agent has seen. Nothing is kept when a folder is missing. */
  async store(key: SetupKey, lane: string): Promise<void> {
    const kept = join(this.kept, key.id);
    if ((await kindOf(kept)) !== 'absent') return;
    const draft = join(this.folder, 'drafts', `setup-${randomBytes(6).toString('hex')}`);
    await mkdir(draft, { recursive: true, mode: 0o700 });
    try {
      for (const [index, folder] of key.declaration.folders.entries()) {
        if (!(await isPlainFolder(lane, folder)) || !(await copyTree(join(lane, folder), join(draft, String(index))))) return;
      }
      await mkdir(this.kept, { recursive: true, mode: 0o700 });
      // Whoever is second finds it taken; both are the same.
      await rename(draft, kept).catch(() => undefined);
      await this.trim();
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }

  /** Kept results with when each was last of use (milliseconds since the Unix epoch). */
  async list(): Promise<readonly { readonly path: string; readonly usedAt: number }[]> {
    const found = await Promise.all(
      (await readdir(this.kept).catch(() => [])).map(async (name) => {
        const stats = await lstat(join(this.kept, name)).catch(() => undefined);
        return stats === undefined ? [] : [{ path: join(this.kept, name), usedAt: stats.mtimeMs }];
      }),
    );
    return found.flat();
  }

  async remove(path: string): Promise<void> {
    if (dirname(path) !== this.kept) throw new Error('setup_cache: not one of its results');
    const doomed = join(this.folder, 'drafts', `setup-${randomBytes(6).toString('hex')}`);
    await mkdir(dirname(doomed), { recursive: true, mode: 0o700 });
    // Out of sight first: half a result must never be found.
    await rename(path, doomed);
    await rm(doomed, { recursive: true, force: true });
  }

  private async trim(): Promise<void> {
    const oldest = [...(await this.list())].sort((one, other) => other.usedAt - one.usedAt).slice(MOST_KEPT);
    for (const { path } of oldest) await this.remove(path).catch(() => undefined);
  }

  private get kept(): string {
    return join(this.folder, 'setup-cache');
  }
}

/** Links stay links, and times and rights stay as they are. Where the file system can share blocks, `cp` does. */
async function copyTree(from: string, to: string): Promise<boolean> {
  const result = await runProcess({ command: 'cp', args: ['-RPp', '--', from, to], cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' }, timeoutMs: COPY_TIMEOUT_MS });
  if (result.code !== 0) await rm(to, { recursive: true, force: true });
  return result.code === 0;
}

/** Whether every part of the path is a folder itself, not a link to one. */
async function isPlainFolder(root: string, path: string): Promise<boolean> {
  let at = root;
  for (const part of path === '.' ? [] : path.split('/')) {
    at = join(at, part);
    if ((await kindOf(at)) !== 'folder') return false;
  }
  return true;
}

async function kindOf(path: string): Promise<'folder' | 'absent' | 'other'> {
  const found = await lstat(path).catch(() => undefined);
  return found === undefined ? 'absent' : found.isDirectory() ? 'folder' : 'other';
}
