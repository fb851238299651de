export { Disk } from './disk.js';
export type { DiskPlace, Freed } from './disk.js';
export { chooseEvictions, protectionOf } from './domain/eviction.js';
export type { Holding, HoldingKind, Protection } from './domain/eviction.js';
export { Housekeeping } from './housekeeping.loop.js';
export type { HousekeepingOptions } from './housekeeping.loop.js';
export { readLiveWork } from './live-work.js';
export type { LiveWork } from './live-work.js';
