export { Config, readConfig, readProcessConfig } from './config.js';
export { configReference } from './reference.js';
