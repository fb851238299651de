import type { HomePaths } from '../../config/home.js';
import type { Clock } from '../../platform/clock.js';
import type { Pruned, PruneRequest, VaultNeed } from '../vault/index.js';
import type { DiskPlace } from './disk.js';
import { readLiveWork } from './live-work.js';

interface OnMachine {
  readonly paths: HomePaths;
  readonly clock: Clock;
}

/** What keeps a vault's objects where they are. Does not use the vault: whoever is alone with it may ask. */
export async function needsOf({ vault, lanes }: DiskPlace, { paths, clock }: OnMachine): Promise<readonly VaultNeed[]> {
  // A run is in its journal before it does anything, and between two steps of it nothing but the journal tells of what it needs.
  const { projects } = await readLiveWork(paths, clock);
  return [...(projects.has(vault.projectId) ? (['run'] as const) : []), ...(await lanes.borrowers())];
}

/** Removes from a vault what nothing needs, if nobody needs the vault. Spare lanes are no reason to leave it: they are made again. */
export async function prunePlace(place: DiskPlace, { force = false, ...machine }: OnMachine & { readonly force?: boolean }): Promise<Pruned> {
  const { vault, lanes, landing } = place;
  const request: PruneRequest = { now: machine.clock.now(), force, neededBy: () => needsOf(place, machine), roots: () => landing.pendingCommits() };
  const pruned = await vault.prune(request);
  if (pruned.kind !== 'needed' || pruned.by.some((need) => need !== 'spare')) return pruned;
  for (const { path } of await lanes.spares()) await lanes.dropSpare(path);
  try {
    return await vault.prune(request);
  } finally {
    lanes.wakeSpares();
  }
}
