export { createLog, Log, LOG_LEVELS, loggablePath } from './log.js';
export type { LogLevel } from './log.js';
export { NestLog } from './nest-log.js';
export { requestLog } from './request-log.js';
