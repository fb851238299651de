// What every suite may need: throw-away servers, folders, ports, and waiting for a condition instead of sleeping.
export { findNginx, findPostgresBin, findProgram, findRedisServer } from './binaries.js';
export { freePort } from './free-port.js';
export { startNginx } from './nginx.js';
export type { TestNginx } from './nginx.js';
export { startPostgres } from './postgres.js';
export type { TestPostgres } from './postgres.js';
export { startRedis } from './redis.js';
export type { TestRedis } from './redis.js';
export { freshStore, storeKind } from './studio-store.js';
export type { StoreKind } from './studio-store.js';
export { makeTempFolder } from './temp-folder.js';
export type { TempFolder } from './temp-folder.js';
export { startTraceCollector } from './trace-collector.js';
export { waitFor } from './wait-for.js';
export type { WaitOptions } from './wait-for.js';
