export { idsInParams, idsInPath, withLogIds } from './log-ids.js';
export type { LogIds } from './log-ids.js';
export { createLog, Log, loggablePath } from './log.js';
export { NestLog } from './nest-log.js';
export { logIdsOfRequest, requestLog } from './request-log.js';
