import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { syncFolder, writeFileDurably } from '../../platform/atomic-file.js';
import type { Failpoints } from '../../platform/failpoints.js';
import { GitInterrupted } from '../../platform/git.js';
import type { Copying, LastPrune, ObjectFile } from './domain/prune.js';
import { PRUNE_GRACE_MS, isPruneDue, planCarryOver, planCopy } from './domain/prune.js';
import type { GitVault } from './git-vault.js';
import type { Pruned, PruneRequest } from './vault.types.js';

const RECORD = 'pruned.json';
const Stored = z.object({ at: z.number(), fingerprint: z.string(), waits: z.boolean() });

/** A large vault takes minutes on one core. Nobody waits for it: it gives up when somebody comes. */
const DECIDE_TIMEOUT_MS = 2 * 60 * 60_000;
/** How often is looked whether somebody has come, while git decides. */
const LOOK_MS = 50;

/** Somebody came who needs the vault. */
class Yielded extends Error {
  override readonly name = 'Yielded';
}

/**
 * Removes what nothing needs. git decides that in a copy of the vault, made of links; then this process itself carries over what came of
 * it, first what is new and then what is gone. Not by a git in the vault: when its daemon is killed it goes on, and removes objects while
 * the next daemon makes a lane.
 */
export async function prune(vault: GitVault, request: PruneRequest, failpoints: Failpoints): Promise<Pruned> {
  const { now, force = false } = request;
  if (!isPruneDue({ now, force, last: await lastPrune(vault), fingerprint: await vault.shared(() => fingerprintOf(vault)) })) return { kind: 'not_due' };
  const pruned = await vault.use.alone('tidy', async (wanted) => {
    const neededBy = await request.neededBy();
    if (neededBy.length > 0) return { kind: 'needed', by: neededBy } as const;
    const draft = join(vault.folder, 'drafts', `prune-${randomBytes(6).toString('hex')}.git`);
    try {
      return await inCopy({ vault, request, failpoints, wanted, draft });
    } catch (error) {
      if (error instanceof Yielded) return { kind: 'in_use' } as const;
      throw error;
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  });
  return pruned ?? { kind: 'in_use' };
}

interface Pruning {
  readonly vault: GitVault;
  readonly request: PruneRequest;
  readonly failpoints: Failpoints;
  readonly wanted: () => boolean;
  /** The copy. */
  readonly draft: string;
}

async function inCopy(pruning: Pruning): Promise<Pruned> {
  const { vault, request, failpoints, draft } = pruning;
  const { now, graceMs = PRUNE_GRACE_MS } = request;
  const objects = join(vault.gitDir, 'objects');
  // Refs before objects: what is fetched in between by a git that nobody watches any more is not in the copy, and is left alone.
  await writeCopy(pruning);
  const copying = planCopy(await objectFiles(objects), now, graceMs);
  await linkAll(pruning, copying, objects);
  failpoints.reach('prune:copied');
  await decide(pruning, Math.ceil(graceMs / 1_000));
  failpoints.reach('prune:decided');
  const left = (await objectFiles(join(draft, 'objects'))).map(({ path }) => path);
  const freed = await carryOver(pruning, copying, left);
  const waits = left.some((path) => path.endsWith('.mtimes'));
  const done: LastPrune = { at: now, fingerprint: await fingerprintOf(vault), waits };
  await writeFileDurably(join(vault.folder, RECORD), `${JSON.stringify(done)}\n`);
  return { kind: 'pruned', freed };
}

/** A repository with the vault's refs, and one for each commit that is needed without any. */
async function writeCopy({ vault, request, draft }: Pruning): Promise<void> {
  for (const part of ['objects/pack', 'refs']) await mkdir(join(draft, part), { recursive: true, mode: 0o700 });
  await writeFile(join(draft, 'HEAD'), 'ref: refs/heads/unborn\n');
  await writeFile(join(draft, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
  const own = { gitDir: vault.gitDir };
  const refs = await vault.ownGit.text({ ...own, args: ['for-each-ref', '--format=%(objectname) %(refname)'] });
  const wanted = [...new Set(await request.roots())];
  const checked = wanted.length === 0 ? '' : await vault.ownGit.text({ ...own, args: ['cat-file', '--batch-check'], stdin: `${wanted.join('\n')}\n` });
  const there = checked.split('\n').flatMap((line) => /^([0-9a-f]{40,64}) commit \d+$/.exec(line)?.[1] ?? []);
  const lines = [...refs.split('\n'), ...there.map((commit, at) => `${commit} refs/roots/${at}`)].filter((line) => line !== '');
  await writeFile(join(draft, 'packed-refs'), lines.map((line) => `${line}\n`).join(''));
}

async function linkAll({ draft, wanted }: Pruning, copying: Copying, objects: string): Promise<void> {
  for (const folder of new Set(copying.link.map(dirname))) await mkdir(join(draft, 'objects', folder), { recursive: true });
  for (const path of copying.link) {
    giveWay(wanted);
    await link(join(objects, path), join(draft, 'objects', path));
  }
}

/** Packs what refs reach into one pack, and what they do not and is young, with all that it needs, into another; drops the rest. */
async function decide(pruning: Pruning, graceSeconds: number): Promise<void> {
  const expire = `${graceSeconds}.seconds.ago`;
  // One thread and a bounded window: agents build and test on the same machine.
  const gentle = ['-c', 'pack.threads=1', '-c', 'pack.windowMemory=64m', '-c', 'repack.writeBitmaps=false'];
  await inDraft(pruning, [...gentle, 'repack', '-d', '-q', '-n', '--cruft', `--cruft-expiration=${expire}`]);
  await inDraft(pruning, ['prune', `--expire=${expire}`]);
  // By itself: nothing is removed from the vault before what replaces it has shown that it is whole.
  await inDraft(pruning, ['rev-list', '--objects', '--all', '--quiet']);
}

async function inDraft({ vault, draft, wanted }: Pruning, args: readonly string[]): Promise<void> {
  const giveUp = new AbortController();
  const looking = setInterval(() => {
    if (wanted()) giveUp.abort();
  }, LOOK_MS);
  try {
    await vault.ownGit.must({ gitDir: draft, args, timeoutMs: DECIDE_TIMEOUT_MS, signal: giveUp.signal });
  } catch (error) {
    throw error instanceof GitInterrupted && error.reason === 'aborted' ? new Yielded() : error;
  } finally {
    clearInterval(looking);
  }
}

/** Answers the bytes that were freed. */
async function carryOver({ vault, failpoints, wanted, draft }: Pruning, copying: Copying, left: readonly string[]): Promise<number> {
  const objects = join(vault.gitDir, 'objects');
  const { add, remove } = planCarryOver(copying, left);
  let freed = 0;
  for (const path of add) {
    giveWay(wanted);
    freed -= (await stat(join(draft, 'objects', path))).size;
    await mkdir(dirname(join(objects, path)), { recursive: true, mode: 0o700 });
    await rename(join(draft, 'objects', path), join(objects, path));
    failpoints.reach('prune:added');
  }
  await syncFolder(join(objects, 'pack'));
  for (const path of remove) {
    giveWay(wanted);
    freed += (await stat(join(objects, path)).catch(() => undefined))?.size ?? 0;
    await rm(join(objects, path), { force: true });
    failpoints.reach('prune:removed');
  }
  return freed;
}

function giveWay(wanted: () => boolean): void {
  if (wanted()) throw new Yielded();
}

/** Everything below `objects` but `objects/info`, which holds no objects. */
async function objectFiles(objects: string): Promise<readonly ObjectFile[]> {
  const found: ObjectFile[] = [];
  for (const folder of (await readdir(objects, { withFileTypes: true })).filter((entry) => entry.isDirectory() && /^([0-9a-f]{2}|pack)$/.test(entry.name))) {
    for (const entry of await readdir(join(objects, folder.name), { withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = `${folder.name}/${entry.name}`;
      const looked = await stat(join(objects, path)).catch(() => undefined);
      if (looked !== undefined) found.push({ path, writtenAt: looked.mtimeMs });
    }
  }
  return found;
}

async function fingerprintOf(vault: GitVault): Promise<string> {
  const refs = await vault.ownGit.text({ gitDir: vault.gitDir, args: ['for-each-ref', '--format=%(objectname) %(refname)'] });
  const files = (await objectFiles(join(vault.gitDir, 'objects'))).map(({ path }) => path).sort();
  return createHash('sha256').update(refs).update('\0').update(files.join('\0')).digest('hex');
}

async function lastPrune(vault: GitVault): Promise<LastPrune | undefined> {
  const text = await readFile(join(vault.folder, RECORD), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return Stored.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
