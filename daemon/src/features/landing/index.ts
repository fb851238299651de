export type {
  Approved,
  ArchivedBranch,
  Computed,
  Holds,
  Landing,
  LandingCommit,
  LandingIntent,
  LandingPush,
  MergeClass,
  Recovery,
  ReleaseTarget,
} from './landing.types.js';
