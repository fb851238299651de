import type { CancelTimer, Clock } from '../clock.js';

interface Timer {
  readonly dueAt: number;
  readonly action: () => void;
}

/** A clock that moves only when told to. Timers fire in the order in which they are due. */
export class ManualClock implements Clock {
  private readonly timers = new Set<Timer>();

  constructor(
    private wall = Date.UTC(2026, 0, 1),
    private elapsed = 0,
  ) {}

  now(): number {
    return this.wall;
  }

  steady(): number {
    return this.elapsed;
  }

  after(delayMs: number, action: () => void): CancelTimer {
    const timer = { dueAt: this.elapsed + delayMs, action };
    this.timers.add(timer);
    return () => {
      this.timers.delete(timer);
    };
  }

  /** Moves both clocks on by `ms`, firing each timer at its own moment. */
  advance(ms: number): void {
    const end = this.elapsed + ms;
    for (let next = this.nextDue(end); next !== undefined; next = this.nextDue(end)) {
      this.moveTo(next.dueAt);
      this.timers.delete(next);
      next.action();
    }
    this.moveTo(end);
  }

  private moveTo(instant: number): void {
    const step = Math.max(0, instant - this.elapsed);
    this.elapsed += step;
    this.wall += step;
  }

  private nextDue(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.timers) {
      if (timer.dueAt <= end && (next === undefined || timer.dueAt < next.dueAt)) next = timer;
    }
    return next;
  }
}
