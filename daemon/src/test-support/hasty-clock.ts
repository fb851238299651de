import { systemClock } from '../platform/clock.js';
import type { Clock } from '../platform/clock.js';

/** Does not wait until git could tell a file's change by its time alone: that is for speed, and the files of tests are few. The background waits. */
export const hastyClock: Clock = { ...systemClock(), after: (delayMs, action) => systemClock().after(delayMs < 2_000 ? 0 : delayMs, action) };
