export { LaneState } from './domain/lane-state.js';
export type {
  AgentIdentity,
  CheckpointOutcome,
  Checkout,
  Collected,
  CollectRefusalCode,
  CollectRequest,
  Lane,
  Lanes,
  PreparedLane,
  PrepareRefusalCode,
  PrepareRequest,
  RemovedLane,
  RepairStart,
  Snapshot,
  StartPoint,
} from './lanes.types.js';
