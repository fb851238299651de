export { LandingService } from './landing.service.js';
export type { LandingIdentity } from './landing.service.js';
export type {
  Approved,
  ArchivedBranch,
  Computed,
  Holds,
  Landing,
  LandingCommit,
  LandingIntent,
  LandingPush,
  Recovery,
  ReleaseTarget,
} from './landing.types.js';
export type { MergeClass } from './domain/approval-class.js';
export type { Merge } from './merge.js';
export { mergeTrees } from './merge.js';
export { attributesOf } from './tip-attributes.js';
