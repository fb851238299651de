export { NARROW, WIDE, browserStage } from './browser-stage.js';
export type { BrowserStage } from './browser-stage.js';
export { take } from './drag.js';
export { everyLook } from './looks.js';
export { seen } from './seen.js';
