/** The machine was asleep, or the daemon stopped, when two looks are further apart than this. They are due every second. */
const ASLEEP_MS = 20_000;

/** What one look at a run measured on the steady clock, which goes on while the machine sleeps. Milliseconds. */
export interface Measured {
  readonly fencedMs: number;
  /** Since the agent was last heard; 0 while none works. */
  readonly idleMs: number;
}

/**
 * How long a run has worked, been silent and been cut off, without the time that its machine slept: nothing could be said, done or
 * renewed then, so an opened lid must not find its agents stalled, out of time and given up. Leases do not go by this: the studio did
 * not sleep.
 */
export class LivedTime {
  private runningMs = 0;
  private told = 0;
  private seen: Measured = { fencedMs: 0, idleMs: 0 };

  constructor(private seenAt: number) {}

  /** Milliseconds since the beginning; never less than it said before. */
  at(now: number): number {
    this.told = Math.max(this.told, this.runningMs + this.since(now));
    return this.told;
  }

  /** A look at the run: whatever grew meanwhile grew by the time awake at most. */
  look(now: number, measured: Measured): Measured & { readonly runningMs: number } {
    const passed = this.since(now);
    this.runningMs = this.at(now);
    this.seenAt = now;
    this.seen = { fencedMs: Math.min(measured.fencedMs, this.seen.fencedMs + passed), idleMs: Math.min(measured.idleMs, this.seen.idleMs + passed) };
    return { runningMs: this.runningMs, ...this.seen };
  }

  private since(now: number): number {
    const passed = now - this.seenAt;
    return passed > ASLEEP_MS ? 0 : Math.max(0, passed);
  }
}
