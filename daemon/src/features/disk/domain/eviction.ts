/** What may be removed from this machine when Maestro takes more room than it was given, and in which order. */

/** In the order of eviction: what costs least to do without comes first. */
export const EVICTION_ORDER = ['spare', 'cache', 'repository', 'settled_lane', 'journal', 'snapshot', 'vault', 'lane'] as const;

export const HoldingKind = {
  /** A prepared lane that belongs to no task: made again in the background. */
  spare: 'spare',
  /** What a setup hook made, kept for the next lane: made again by running the hook. */
  cache: 'cache',
  /** The agent's repository of a lane that is gone. Its files are in a snapshot, its branches too; older stashes are here alone. */
  repository: 'repository',
  /** The lane of a task that has landed or was given up. */
  settledLane: 'settled_lane',
  /** What a run said and did, as this machine wrote it. The studio has it. */
  journal: 'journal',
  /** What was in a lane at some time. */
  snapshot: 'snapshot',
  /** The objects of a project, without what its snapshots alone need; lanes borrow them. Fetched again by the next run of the project. */
  vault: 'vault',
  /** The lane of a task that is not over. Removed after a snapshot, and the next run has to make a lane again. */
  lane: 'lane',
  /** A whole lane in the trash, because no snapshot holds all of it. */
  folder: 'folder',
  /** A checkout for a reviewer or a validation; it goes with its run. */
  checkout: 'checkout',
} as const;
export type HoldingKind = (typeof HoldingKind)[keyof typeof HoldingKind];

export interface Holding {
  readonly kind: HoldingKind;
  /** Names it to whoever removes it: a task, a run, a path. */
  readonly id: string;
  /** The project's id; absent for what belongs to none. */
  readonly project?: string;
  readonly bytes: number;
  /** When it was last of use, in milliseconds since the Unix epoch. */
  readonly usedAt: number;
  /** A run is at work with it, or waits to go on with it, or has not told the studio everything. */
  readonly live: boolean;
  /** What else is known of it that makes it stay. Default nothing. */
  readonly ties?: readonly Tie[];
}

/** In the order in which they are told; of a vault or a snapshot. */
export const TIES = [
  /** Its project is connected: it would be fetched again at once. */
  'connected',
  /** Lanes, spare ones, checkouts or what is in the trash use the vault's objects. A snapshot gives no room back before they are gone. */
  'borrowed',
  /** The newest of a task that is not over: from it a person picks the work up. */
  'newest',
  /** As far as is known here, the remote does not have all of it. */
  'unpushed',
] as const;
export type Tie = (typeof TIES)[number];

/** Why something stays although room is needed. */
export type Protection = 'live' | 'recent' | 'only_copy' | Tie;

/** Milliseconds since its last use in which nothing of a kind is removed: a task between two runs needs its lane again at once. */
export const SETTLES_MS: Readonly<Record<(typeof EVICTION_ORDER)[number], number>> = {
  spare: 0,
  cache: 0,
  repository: 24 * 60 * 60_000,
  settled_lane: 0,
  journal: 24 * 60 * 60_000,
  snapshot: 24 * 60 * 60_000,
  vault: 7 * 24 * 60 * 60_000,
  lane: 24 * 60 * 60_000,
};

/** Undefined: it may be removed. */
export function protectionOf(holding: Holding, now: number): Protection | undefined {
  if (holding.live) return 'live';
  const tie = TIES.find((each) => holding.ties?.includes(each));
  if (tie !== undefined) return tie;
  if (holding.kind === 'folder') return 'only_copy';
  if (holding.kind === 'checkout') return 'live';
  return now - holding.usedAt < SETTLES_MS[holding.kind] ? 'recent' : undefined;
}

/** A person says that snapshots taken before this time may go although the remote does not have all of them; all else that ties them stays. */
export function allowUnpushed(holdings: readonly Holding[], snapshotsBefore: number): readonly Holding[] {
  return holdings.map((holding) => (holding.kind === 'snapshot' && holding.usedAt < snapshotsBefore ? { ...holding, ties: holding.ties?.filter((tie) => tie !== 'unpushed') ?? [] } : holding));
}

export interface Eviction {
  /** In the order in which to remove. */
  readonly evict: readonly Holding[];
  /** Bytes that are left when all of it is gone. */
  readonly left: number;
  /** Bytes that are still too many then; 0 when there is room. */
  readonly short: number;
}

/**
 * As little as makes the rest fit into the budget: by kind in {@link EVICTION_ORDER}, within a kind what was not used for longest. What
 * is protected stays, also when it does not fit.
 */
export function chooseEvictions(holdings: readonly Holding[], budget: number, now: number): Eviction {
  const rank = (kind: HoldingKind) => (EVICTION_ORDER as readonly HoldingKind[]).indexOf(kind);
  const candidates = holdings
    .filter((holding) => protectionOf(holding, now) === undefined && holding.bytes > 0)
    .sort((one, other) => rank(one.kind) - rank(other.kind) || one.usedAt - other.usedAt || one.id.localeCompare(other.id));
  let left = holdings.reduce((sum, { bytes }) => sum + bytes, 0);
  const evict: Holding[] = [];
  for (const holding of candidates) {
    if (left <= budget) break;
    evict.push(holding);
    left -= holding.bytes;
  }
  return { evict, left, short: Math.max(0, left - budget) };
}
