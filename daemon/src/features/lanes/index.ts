export { LaneService } from './lanes.service.js';
export type { LaneServiceOptions } from './lanes.service.js';
export type {
  AgentIdentity,
  CheckpointOutcome,
  Checkout,
  Collected,
  CollectRefusalCode,
  CollectRequest,
  KeptSnapshot,
  Lane,
  Lanes,
  PreparedLane,
  PrepareRefusalCode,
  PrepareRequest,
  RemovedLane,
  RepairStart,
  Restored,
  Snapshot,
  StartPoint,
  Thrown,
  WeighedSnapshot,
} from './lanes.types.js';
