export { Config, readConfig, readProcessConfig } from './config.js';
export type { ConfigProblem, ConfigValues } from './config.js';
export { configReference } from './reference.js';
export type { KnobReference } from './reference.js';
