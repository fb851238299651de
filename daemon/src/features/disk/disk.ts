import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { HomePaths } from '../../config/home.js';
import type { Clock } from '../../platform/clock.js';
import type { Landing } from '../landing/index.js';
import type { Lanes } from '../lanes/index.js';
import { SetupCache } from '../validation/index.js';
import type { Vault } from '../vault/index.js';
import type { Eviction, Holding } from './domain/eviction.js';
import { allowUnpushed, chooseEvictions } from './domain/eviction.js';
import { findHoldings } from './holdings.js';
import type { LiveWork } from './live-work.js';
import { readLiveWork } from './live-work.js';
import { needsOf, prunePlace } from './prune-place.js';

/** One project's git on this machine, as far as its room goes. */
export interface DiskPlace {
  readonly vault: Pick<Vault, 'projectId' | 'folder' | 'gitDir' | 'upkeep' | 'prune' | 'standing' | 'evict'>;
  readonly lanes: Lanes;
  readonly landing: Pick<Landing, 'pendingCommits'>;
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
  /** Bytes of what nothing needed any more in vaults. */
  readonly unneeded: number;
  readonly eviction: Eviction;
}

export interface FreeOptions {
  /** A person says that snapshots taken before this time (milliseconds since the Unix epoch) may go although the remote does not have all of them. */
  readonly snapshotsBefore?: number;
}

/** What Maestro takes of this machine's disk, and the giving back of it. */
export class Disk {
  constructor(private readonly options: DiskOptions) {}

  async survey(): Promise<readonly Holding[]> {
    const { paths, clock, places } = this.options;
    return findHoldings({ paths, clock, live: await this.live(), places: await places() });
  }

  /** Removes by rule until the budget (bytes) is kept, or nothing more may go. */
  async free(budget: number, { snapshotsBefore = 0 }: FreeOptions = {}): Promise<Freed> {
    const places = await this.options.places();
    let holdings = await this.survey();
    const isOver = holdings.reduce((sum, { bytes }) => sum + bytes, 0) > budget;
    let unneeded = isOver ? await this.prune(places) : 0;
    if (unneeded > 0) holdings = await this.survey();
    const eviction = chooseEvictions(allowUnpushed(holdings, snapshotsBefore), budget, this.options.clock.now());
    const removed: Holding[] = [];
    const kept: { holding: Holding; sentence: string }[] = [];
    for (const holding of eviction.evict) {
      const sentence = await this.remove(holding, places.find(({ vault }) => vault.projectId === holding.project));
      if (sentence === undefined) removed.push(holding);
      else kept.push({ holding, sentence });
    }
    // Counted with the snapshots already, as far as it is theirs.
    if (removed.some(({ kind }) => kind === 'snapshot')) await this.prune(places);
    return { removed, kept, unneeded, eviction };
  }

  /** Answers the bytes that it freed. A vault that cannot be pruned is told of by the housekeeping, which tries by itself; the others are. */
  private async prune(places: readonly DiskPlace[]): Promise<number> {
    const { paths, clock } = this.options;
    let freed = 0;
    for (const place of places) {
      const pruned = await prunePlace(place, { paths, clock, force: true }).catch(() => undefined);
      if (pruned?.kind === 'pruned') freed += pruned.freed;
    }
    return Math.max(0, freed);
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
      case 'snapshot':
        await place?.lanes.dropSnapshot(holding.id);
        return undefined;
      case 'vault':
        return place === undefined ? undefined : this.removeVault(place);
      case 'journal':
        if ((await this.live()).runs.has(basename(holding.id))) return 'Its run goes on.';
        await rm(holding.id, { recursive: true, force: true });
        return undefined;
      default:
        throw new Error(`disk_protected: a ${holding.kind} is not removed`);
    }
  }

  private async removeVault(place: DiskPlace): Promise<string | undefined> {
    const { paths, clock } = this.options;
    const evicted = await place.vault.evict(async () => [
      ...(await needsOf(place, { paths, clock })),
      // A push that was cut off is made again with what is here alone.
      ...(await place.landing.pendingCommits()).map(() => 'landing' as const),
    ]);
    return evicted.kind === 'kept' ? evicted.sentence : undefined;
  }

  private live(): Promise<LiveWork> {
    return readLiveWork(this.options.paths, this.options.clock);
  }
}
