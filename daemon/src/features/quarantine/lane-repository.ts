import { constants } from 'node:fs';
import type { Dirent } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What can be seen from outside, without git, about a lane's repository. Every way to make git read somewhere else starts with an
 * entry that is not the plain file or folder Maestro made, so those are refused before git is started.
 *
 * @param vaultObjects the only place objects may be borrowed from.
 * @returns `plain`; `missing` (the agent deleted it; its files are still there); or what is wrong, as a sentence's end.
 */
export async function inspectLaneRepository(folder: string, vaultObjects: string): Promise<'plain' | 'missing' | { readonly wrong: string }> {
  const root = join(folder, '.git');
  const top = await kindOf(root);
  if (top === 'absent') return 'missing';
  if (top !== 'folder') return { wrong: 'is a link or a file that points somewhere else' };
  for (const name of ['objects', 'refs', 'objects/info']) {
    if ((await kindOf(join(root, name))) !== 'folder') return { wrong: `has no plain folder "${name}"` };
  }
  for (const name of ['HEAD', 'config']) {
    if ((await kindOf(join(root, name))) !== 'file') return { wrong: `has no plain file "${name}"` };
  }
  for (const name of ['packed-refs', 'shallow', 'config.worktree', 'objects/info/alternates']) {
    const kind = await kindOf(join(root, name));
    if (kind !== 'file' && kind !== 'absent') return { wrong: `has a "${name}" that is not a file` };
  }
  if ((await kindOf(join(root, 'commondir'))) !== 'absent') return { wrong: 'says that its objects are elsewhere ("commondir")' };
  const alternates = join(root, 'objects/info/alternates');
  // None at all is fine: the agent copied everything and let go of the vault.
  if ((await kindOf(alternates)) === 'file' && (await readSmallFile(alternates, 8_192)) !== `${vaultObjects}\n`) {
    return { wrong: 'borrows objects from elsewhere ("objects/info/alternates")' };
  }
  for (const name of ['objects', 'refs']) {
    const odd = await firstOddEntry(join(root, name), MAX_DEPTH);
    if (odd !== null) return { wrong: `has "${odd.slice(root.length + 1)}", which is neither a file nor a folder` };
  }
  return 'plain';
}

const SPARSE = /^\s*(?:\[core\]\s*)?sparsecheckout\s*(?:$|=\s*"?(?:true|yes|on|1)\b)/im;
const MAX_CONFIG_BYTES = 256 * 1024;

/** Whether the agent made its files sparse. Read as text: a lane's configuration is never given to git for anything of ours. */
export async function isSparse(folder: string): Promise<boolean> {
  const texts = await Promise.all(['config', 'config.worktree'].map((name) => readSmallFile(join(folder, '.git', name), MAX_CONFIG_BYTES)));
  return texts.some((text) => text !== null && SPARSE.test(text));
}

const MAX_DEPTH = 64;

/** The content of a plain file of at most `maxBytes`; `null` for anything else. Never follows a link, never waits for a pipe. */
export async function readSmallFile(path: string, maxBytes: number): Promise<string | null> {
  let file;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    const found = await file.stat();
    if (!found.isFile() || found.size > maxBytes) return null;
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

async function kindOf(path: string): Promise<'folder' | 'file' | 'absent' | 'other'> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return 'absent';
  return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'other';
}

async function firstOddEntry(folder: string, depth: number): Promise<string | null> {
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isFile()) continue;
    if (!entry.isDirectory() || depth === 0) return path;
    const odd = await firstOddEntry(path, depth - 1);
    if (odd !== null) return odd;
  }
  return null;
}
