export { SUPPORTED_PURPOSES, workFor } from './purposes.js';
export type { Catalog, PushGrant, RunContext, StopReason, Work, WorkEnd, Workplace } from './work.types.js';
