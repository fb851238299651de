export { createLog, Log, loggablePath } from './log.js';
export { NestLog } from './nest-log.js';
export { requestLog } from './request-log.js';
