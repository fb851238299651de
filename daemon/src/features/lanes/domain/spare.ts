/** A spare lane: files of a commit, checked out ahead of time or left by a task that is over, for the next task that needs a lane. */
export const SpareState = {
  /** Files are being written, where nobody looks for spare lanes. */
  preparing: 'preparing',
  /** Proven to be exactly a commit's files. */
  ready: 'ready',
  /** Taken for a task: it is proven once more, and becomes that task's lane. */
  claimed: 'claimed',
  /** Left by a task: whatever an agent put there is in it still. */
  recycling: 'recycling',
  discarded: 'discarded',
} as const;
export type SpareState = (typeof SpareState)[keyof typeof SpareState];

export const SPARE_EVENTS = ['prepared', 'claimed', 'outdated', 'proven', 'unproven', 'returned', 'failed', 'evicted'] as const;
export type SpareEvent = (typeof SPARE_EVENTS)[number];

/**
 * What follows what. Every event that is not listed for a state cannot happen in it. Nothing leads to `ready` or to a task but a proof:
 * a folder that an agent had is as good as what it is proven to hold, and no better.
 */
export const SPARE_TABLE: Readonly<Record<SpareState, Partial<Readonly<Record<SpareEvent, SpareState>>>>> = {
  preparing: { prepared: 'ready', unproven: 'discarded', failed: 'discarded' },
  ready: { claimed: 'claimed', outdated: 'preparing', evicted: 'discarded' },
  claimed: { unproven: 'discarded', failed: 'discarded', returned: 'recycling' },
  recycling: { proven: 'ready', unproven: 'discarded', failed: 'discarded', evicted: 'discarded' },
  discarded: {},
};

/** @throws when the event cannot happen in that state: a defect. */
export function stepSpare(state: SpareState, event: SpareEvent): SpareState {
  const next = SPARE_TABLE[state][event];
  if (next === undefined) throw new Error(`spare_transition: ${event} on a spare lane that is ${state}`);
  return next;
}

export interface SpareTip {
  readonly id: string;
  readonly commit: string;
  /** Milliseconds since the Unix epoch. */
  readonly madeAt: number;
}

/** The order in which to try: the wanted commit first, as nothing has to be written then; of the others the newest, which differs least. */
export function claimOrder<T extends SpareTip>(spares: readonly T[], wanted: string): readonly T[] {
  return [...spares].sort((one, other) => Number(other.commit === wanted) - Number(one.commit === wanted) || other.madeAt - one.madeAt || one.id.localeCompare(other.id));
}
