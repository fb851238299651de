/** One background activity: named for what it does, in a file of its own, woken by a hint and by time. */
export interface Loop {
  /** Unique, `feature.noun`, such as `runs.lease-sweep`. Also the name of its leader lease. */
  readonly name: string;
  /** Longest wait between two ticks, in milliseconds; a wake-up shortens it. */
  readonly intervalMs: number;
  /** `one`: only the process that holds the loop's lease ticks. `every`: each process ticks. */
  readonly runsOn: 'one' | 'every';
  /**
   * Shortest pause after a tick, in milliseconds; wakes that arrive during it make one tick at its end. Left out: none. For loops that look
   * at everything and that something else wakes many times a second.
   */
  readonly restMs?: number;
  /**
   * Does everything that is due and returns; never called again before it has. Translates and delegates: the work is a service's.
   *
   * @param signal aborted when the process stops or its lease is lost; a long tick looks at it between steps.
   */
  tick(signal: AbortSignal): Promise<void>;
}
