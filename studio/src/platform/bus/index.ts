export { Bus } from './bus.js';
export type { Json, Unsubscribe } from './bus.js';
export { InProcessBus } from './in-process-bus.js';
export { RedisBus } from './redis-bus.js';
