export { isFromThisMachine } from './from-this-machine.js';
export { HttpModule } from './http.module.js';
export { LimitAttempts } from './limit-attempts.js';
export { Origins } from './origins.js';
export { encodeCursor, readCursor, toPage } from './pagination.js';
export type { Page } from './pagination.js';
export { PublicUrl } from './public-url.js';
export { assignRequestId, requestIdOf } from './request-id.js';
export { SessionCookie } from './session-cookie.js';
