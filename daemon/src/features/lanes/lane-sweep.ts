import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { deleteFolder } from './lane-folder.js';
import { dropSnapshots } from './lane-kept.js';
import type { LaneContext } from './lane-records.js';
import type { Thrown } from './lanes.types.js';

/** Folders of imports and merges live for seconds; those of a killed daemon are older than this. */
const SCRATCH_AGE_MS = 60 * 60_000;
const THROWN = /^(\d+)-(.+?)(-git)?-[0-9a-f]{6}$/;

/** See `Lanes.sweep`. */
export async function sweepLeftovers({ vault, clock }: LaneContext, request: { readonly liveRuns: readonly string[]; readonly retentionMs: number }): Promise<void> {
  for (const name of await namesIn(join(vault.folder, 'checkouts'))) {
    if (!request.liveRuns.includes(name.replace(/\.index$/, ''))) await deleteFolder(vault, clock, join(vault.folder, 'checkouts', name));
  }
  for (const scratch of ['quarantine', 'attributes', 'drafts']) {
    for (const name of await namesIn(join(vault.folder, scratch))) {
      const path = join(vault.folder, scratch, name);
      const found = await stat(path).catch(() => null);
      if (found !== null && found.mtimeMs < clock.now() - SCRATCH_AGE_MS) await deleteFolder(vault, clock, path);
    }
  }
  for (const name of await namesIn(join(vault.folder, 'trash'))) {
    const thrownAt = Number(/^\d+/.exec(name)?.[0] ?? Number.NaN);
    const isDoomed = name.includes('-deleting-');
    if (isDoomed || thrownAt < clock.now() - request.retentionMs) await deleteFolder(vault, clock, join(vault.folder, 'trash', name));
  }
  await dropSnapshots(vault, ({ at }) => Date.parse(at) < clock.now() - request.retentionMs);
}

/** See `Lanes.trash`. */
export async function listTrash({ vault }: LaneContext): Promise<readonly Thrown[]> {
  const folder = join(vault.folder, 'trash');
  const thrown = (await namesIn(folder)).flatMap((name) => {
    const [, at = '', taskId = '', repository] = THROWN.exec(name) ?? [];
    return taskId === '' || taskId === 'deleting' ? [] : [{ path: join(folder, name), at: Number(at), taskId, whole: repository === undefined }];
  });
  return thrown.sort((one, other) => one.at - other.at);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return readdir(folder);
}
