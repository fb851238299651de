import type { Clock } from './platform/clock.js';

/** One end of the daemon, however often it is asked for. */
export class Stopping {
  private running: Promise<void> | undefined;
  private finish: () => void = () => undefined;
  private readonly closers: (() => Promise<void>)[] = [];
  private readonly finals: (() => Promise<void>)[] = [];
  /** Resolves when the end has come, whether or not all of it went well. */
  readonly done = new Promise<void>((resolve) => {
    this.finish = resolve;
  });

  /** @param end stops what goes on; its runs have `graceMs` to save their work. */
  constructor(
    private readonly clock: Clock,
    private readonly end: (graceMs: number) => Promise<void>,
  ) {}

  /** Closed one after another when everything has been stopped; a deadline cuts this short. */
  before(close: () => Promise<void>): void {
    this.closers.push(close);
  }

  /** Done at the very end, and waited for whatever the deadline. */
  atLast(close: () => Promise<void>): void {
    this.finals.push(close);
  }

  /** @param deadlineMs from then on neither the end nor what is closed after it is waited for. Absent: all of it is. */
  stop(graceMs: number, deadlineMs?: number): Promise<void> {
    this.running ??= (deadlineMs === undefined ? this.inOrder(graceMs) : Promise.race([this.inOrder(graceMs), this.after(deadlineMs)]))
      .finally(() => oneByOne(this.finals))
      .finally(() => this.finish());
    return this.running;
  }

  private async inOrder(graceMs: number): Promise<void> {
    await this.end(graceMs);
    await oneByOne(this.closers);
  }

  private after(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.after(ms, resolve);
    });
  }
}

async function oneByOne(closers: readonly (() => Promise<void>)[]): Promise<void> {
  for (const close of closers) await close();
}
