import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HomePaths } from '../../config/home.js';
import type { Clock } from '../../platform/clock.js';
import { diskUsage } from '../../platform/disk-usage.js';
import { JournalStore } from '../journal/index.js';
import type { Lane } from '../lanes/index.js';
import { SetupCache } from '../validation/index.js';
import type { DiskPlace } from './disk.js';
import type { Holding, Tie } from './domain/eviction.js';
import { journalFolders } from './live-work.js';
import type { LiveWork } from './live-work.js';
import { needsOf } from './prune-place.js';

/** What there is, as the rule of eviction looks at it. */

/** To be measured at its path, unless its size is known. */
interface Found extends Omit<Holding, 'bytes'> {
  readonly path: string;
  readonly bytes?: number;
}

export async function findHoldings({ paths, clock, live, places }: { readonly paths: HomePaths; readonly clock: Clock; readonly live: LiveWork; readonly places: readonly DiskPlace[] }): Promise<readonly Holding[]> {
  const found = [...(await journals(paths, clock, live))];
  for (const place of places) found.push(...(await holdingsOf(place, live)), ...(await gitHoldings(place, { paths, clock })));
  const sizes = await diskUsage(found.flatMap(({ path, bytes }) => (bytes === undefined ? [path] : [])));
  const inside = (project: string | undefined) => found.reduce((sum, { kind, bytes = 0, ...about }) => sum + (kind === 'snapshot' && about.project === project ? bytes : 0), 0);
  return found.map(({ path, bytes, ...holding }) => {
    const measured = bytes ?? sizes.get(path) ?? 0;
    return { ...holding, bytes: holding.kind === 'vault' ? Math.max(0, measured - inside(holding.project)) : measured };
  });
}

async function holdingsOf({ vault, lanes }: DiskPlace, live: LiveWork): Promise<readonly Found[]> {
  const project = vault.projectId;
  const found: Found[] = [];
  for (const lane of await lanes.list()) {
    if (lane.state === 'removed') continue;
    found.push({ kind: isSettled(lane) ? 'settled_lane' : 'lane', id: lane.taskId, project, path: lane.path, usedAt: Date.parse(lane.updatedAt), live: live.tasks.has(lane.taskId) });
  }
  for (const { path, madeAt } of await lanes.spares()) found.push({ kind: 'spare', id: path, project, path, usedAt: madeAt, live: false });
  for (const { path, usedAt } of await new SetupCache(vault.folder).list()) found.push({ kind: 'cache', id: path, project, path, usedAt, live: false });
  for (const thrown of await lanes.trash()) {
    found.push({ kind: thrown.whole ? 'folder' : 'repository', id: thrown.path, project, path: thrown.path, usedAt: thrown.at, live: false });
  }
  const checkouts = join(vault.folder, 'checkouts');
  for (const name of await readdir(checkouts).catch(() => [])) {
    found.push({ kind: 'checkout', id: name, project, path: join(checkouts, name), usedAt: 0, live: live.runs.has(name) });
  }
  return found;
}

/** The vault and the snapshots in it. Their ties are asked anew by whoever removes them. */
async function gitHoldings(place: DiskPlace, machine: { readonly paths: HomePaths; readonly clock: Clock }): Promise<readonly Found[]> {
  const { vault, lanes } = place;
  const { usedAt, unpushed, connected, empty } = await vault.standing();
  if (empty) return [];
  const about = { project: vault.projectId, path: vault.gitDir };
  const needs = await needsOf(place, machine);
  const borrowed: readonly Tie[] = needs.length > 0 ? ['borrowed'] : [];
  const live = needs.includes('run');
  const snapshots = await lanes.weighSnapshots();
  const kept: readonly Tie[] = [...(connected ? (['connected'] as const) : []), ...borrowed, ...(unpushed > 0 ? (['unpushed'] as const) : [])];
  return [
    { ...about, kind: 'vault', id: vault.projectId, usedAt, live, ties: kept },
    ...snapshots.map(({ ref, at, bytes, isNewest, isPushed }): Found => ({ ...about, kind: 'snapshot', id: ref, bytes, usedAt: Date.parse(at), live: false, ties: [...borrowed, ...(isNewest ? (['newest'] as const) : []), ...(isPushed ? [] : (['unpushed'] as const))] })),
  ];
}

async function journals(paths: HomePaths, clock: Clock, live: LiveWork): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const folder of await journalFolders(paths)) {
    for (const run of await new JournalStore(folder, clock).runs()) {
      const path = join(folder, run);
      const written = await stat(join(path, 'journal')).catch(() => undefined);
      found.push({ kind: 'journal', id: path, path, usedAt: written?.mtimeMs ?? 0, live: live.runs.has(run) });
    }
  }
  return found;
}

function isSettled({ state }: Lane): boolean {
  return state === 'landed' || state === 'abandoned' || state === 'snapshotted';
}
