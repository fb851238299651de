export { LoopRunner, LoopSettings } from './loop-runner.js';
export { LoopsModule } from './loops.module.js';
export type { Loop } from './loop.js';
