/** Where a lane stands. `removed` is kept so that a late report about it can be answered. */
export const LaneState = {
  preparing: 'preparing',
  ready: 'ready',
  inUse: 'in_use',
  idle: 'idle',
  landed: 'landed',
  abandoned: 'abandoned',
  snapshotted: 'snapshotted',
  removed: 'removed',
} as const;
export type LaneState = (typeof LaneState)[keyof typeof LaneState];

/** What happens to a lane. */
export type LaneEvent = 'prepared' | 'started' | 'collected' | 'landed' | 'abandoned' | 'snapshotted' | 'removed';

type Row = readonly [from: readonly LaneState[], event: LaneEvent, to: LaneState];

const S = LaneState;
const LIVE = [S.preparing, S.ready, S.inUse, S.idle] as const;

/** preparing → ready → in_use ⇄ idle → landed | abandoned → snapshotted → removed. */
export const LANE_TABLE: readonly Row[] = [
  [[S.preparing], 'prepared', S.ready],
  [[S.ready, S.idle, S.inUse], 'started', S.inUse],
  // A task that went back to work after it was thought to be over (a late revision, a retry of a cancelled task) keeps its lane.
  [[S.landed, S.abandoned], 'started', S.inUse],
  [[S.inUse, S.ready, S.idle], 'collected', S.idle],
  // Late work of a settled task is kept as evidence; the lane does not come back to life for it.
  [[S.landed], 'collected', S.landed],
  [[S.abandoned], 'collected', S.abandoned],
  [[...LIVE, S.landed], 'landed', S.landed],
  [[...LIVE, S.landed, S.abandoned], 'abandoned', S.abandoned],
  [[S.landed, S.abandoned, S.snapshotted], 'snapshotted', S.snapshotted],
  [[S.snapshotted, S.removed], 'removed', S.removed],
];

/** The next state, or `null` when the table has no row: the caller asked for something that makes no sense for such a lane. */
export function nextLaneState(state: LaneState, event: LaneEvent): LaneState | null {
  const row = LANE_TABLE.find(([from, on]) => on === event && from.includes(state));
  return row?.[2] ?? null;
}
