import { parseFailpoint } from '../../config/index.js';

/** Where tests make a studio die. Whoever commits something worth dying at says so; nothing happens unless `MAESTRO_FAILPOINT` names the point. */
export abstract class Failpoints {
  /** @param point one of `FAILPOINTS`. */
  abstract reach(point: string): void;
}

/** Ends the process as a crash would: no handler runs, nothing is flushed. */
class DyingFailpoints extends Failpoints {
  private readonly at: ReturnType<typeof parseFailpoint>;
  private reached = 0;

  constructor(setting: string) {
    super();
    this.at = parseFailpoint(setting);
  }

  reach(point: string): void {
    if (this.at?.point !== point) return;
    this.reached += 1;
    if (this.reached === this.at.times) process.kill(process.pid, 'SIGKILL');
  }
}

class NoFailpoints extends Failpoints {
  reach(): void {
    // Nobody asked for a failure.
  }
}

export function failpointsOf(setting: string | undefined): Failpoints {
  return setting === undefined ? new NoFailpoints() : new DyingFailpoints(setting);
}
