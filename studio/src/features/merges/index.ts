export { MergesModule } from './merges.module.js';
export { MergesService } from './merges.service.js';
export type { LandingRun, ReleaseOutcome } from './merges.service.js';
export type { MergeOutcome } from './domain/landing.js';
