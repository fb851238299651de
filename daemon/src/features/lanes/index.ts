export { LaneService } from './lanes.service.js';
export type { LaneServiceOptions } from './lanes.service.js';
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
