export { RunDesk } from './run-desk.js';
export type { RunDeskOptions } from './run-desk.js';
export type { Problem, RunPorts, RunStatusLine } from './runs.types.js';
