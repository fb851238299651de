export { SetupCache } from './setup-cache.js';
export { runSetupHook } from './setup-hook.js';
export { runValidation } from './validation.js';
export type { CommandPlace, Validated } from './validation.js';
