import type { Failpoint, FailpointName } from '../config/failpoint.js';

/** Where tests make a daemon die. Whoever has done something worth dying after says so; nothing happens unless `MAESTRO_FAILPOINT` names the point. */
export interface Failpoints {
  reach(point: FailpointName): void;
}

/** Ends the process as a crash would: no handler runs, nothing is flushed. */
export function failpointsOf(setting: Failpoint | undefined): Failpoints {
  let reached = 0;
  return {
    reach(point) {
      if (setting?.point !== point) return;
      reached += 1;
      if (reached === setting.times) process.kill(process.pid, 'SIGKILL');
    },
  };
}
