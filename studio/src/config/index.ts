export { Config, readConfig, readProcessConfig } from './config.js';
export { FAILPOINTS, parseFailpoint } from './failpoint.js';
export { configReference } from './reference.js';
