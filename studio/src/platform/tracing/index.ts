export { traceRequests } from './trace-requests.js';
export { Tracing } from './tracing.js';
export type { Collector } from './tracing.js';
