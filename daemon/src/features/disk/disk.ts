import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { HomePaths } from '../../config/home.js';
import type { Clock } from '../../platform/clock.js';
import { diskUsage } from '../../platform/disk-usage.js';
import { JournalStore } from '../journal/index.js';
import type { Lane, Lanes } from '../lanes/index.js';
import { SetupCache } from '../validation/index.js';
import type { Vault } from '../vault/index.js';
import type { Eviction, Holding } from './domain/eviction.js';
import { chooseEvictions } from './domain/eviction.js';
import type { LiveWork } from './live-work.js';
import { journalFolders, readLiveWork } from './live-work.js';

/** One project's git on this machine, as far as its room goes. */
export interface DiskPlace {
  readonly vault: Pick<Vault, 'projectId' | 'folder' | 'gitDir' | 'upkeep'>;
  readonly lanes: Lanes;
}

export interface DiskOptions {
  readonly paths: HomePaths;
  readonly clock: Clock;
  /** All vaults of this machine that can be opened. */
  readonly places: () => Promise<readonly DiskPlace[]>;
}

export interface Freed {
  /** What was removed, and what could not be with why. */
  readonly removed: readonly Holding[];
  readonly kept: readonly { readonly holding: Holding; readonly sentence: string }[];
  readonly eviction: Eviction;
}

/** What Maestro takes of this machine's disk, and the giving back of it. */
export class Disk {
  constructor(private readonly options: DiskOptions) {}

  async survey(): Promise<readonly Holding[]> {
    const { paths, clock } = this.options;
    const live = await readLiveWork(paths, clock);
    const found = [...(await journals(paths, clock, live))];
    for (const place of await this.options.places()) found.push(...(await holdingsOf(place, live)));
    const sizes = await diskUsage(found.map(({ path }) => path));
    return found.map(({ path, ...holding }) => ({ ...holding, bytes: sizes.get(path) ?? 0 }));
  }

  /** Removes by rule until the budget (bytes) is kept, or nothing more may go. */
  async free(budget: number): Promise<Freed> {
    const eviction = chooseEvictions(await this.survey(), budget, this.options.clock.now());
    const places = await this.options.places();
    const removed: Holding[] = [];
    const kept: { holding: Holding; sentence: string }[] = [];
    for (const holding of eviction.evict) {
      const sentence = await this.remove(holding, places.find(({ vault }) => vault.projectId === holding.project));
      if (sentence === undefined) removed.push(holding);
      else kept.push({ holding, sentence });
    }
    return { removed, kept, eviction };
  }

  /** Undefined when it is gone, else why it is not. */
  private async remove(holding: Holding, place: DiskPlace | undefined): Promise<string | undefined> {
    switch (holding.kind) {
      case 'settled_lane':
      case 'lane': {
        const isLive = async () => (await this.live()).tasks.has(holding.id);
        const gone = await place?.lanes.reclaim(holding.id, 'disk-budget', isLive);
        return gone?.ok === false ? gone.refusal.sentence : undefined;
      }
      case 'spare':
        await place?.lanes.dropSpare(holding.id);
        return undefined;
      case 'cache':
        if (place !== undefined) await new SetupCache(place.vault.folder).remove(holding.id);
        return undefined;
      case 'repository':
        await place?.lanes.discard(holding.id);
        return undefined;
      case 'journal':
        if ((await this.live()).runs.has(basename(holding.id))) return 'Its run goes on.';
        await rm(holding.id, { recursive: true, force: true });
        return undefined;
      default:
        throw new Error(`disk_protected: a ${holding.kind} is not removed`);
    }
  }

  private live(): Promise<LiveWork> {
    return readLiveWork(this.options.paths, this.options.clock);
  }
}

type Found = Omit<Holding, 'bytes'> & { readonly path: string };

async function holdingsOf({ vault, lanes }: DiskPlace, live: LiveWork): Promise<readonly Found[]> {
  const project = vault.projectId;
  const found: Found[] = [{ kind: 'vault', id: project, project, path: vault.gitDir, usedAt: 0, live: false }];
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
