import type { CancelTimer, Clock } from '../../platform/clock.js';

export interface SpareRefillOptions {
  readonly clock: Clock;
  /** Makes the spare lanes that are missing. */
  readonly refill: () => Promise<void>;
  readonly onProblem: (error: unknown) => void;
}

/** A run that begins has the machine to itself for so long: what is prepared for the next one must not slow it down. */
const REST_MS = 5_000;

/** Triggered by each lane that was prepared or removed: refills a little later, one pass at a time. */
export class SpareRefill {
  private cancelTimer: CancelTimer | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private stopped = false;

  constructor(private readonly options: SpareRefillOptions) {}

  wake(): void {
    if (this.stopped || this.cancelTimer !== undefined) return;
    if (this.running !== undefined) {
      this.again = true;
      return;
    }
    this.cancelTimer = this.options.clock.after(REST_MS, () => {
      this.cancelTimer = undefined;
      this.running = this.pass();
    });
  }

  /** Waits for the pass under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelTimer?.();
    await this.running;
  }

  private async pass(): Promise<void> {
    try {
      await this.options.refill();
    } catch (error) {
      // A lane from nothing will do; the next wake tries again.
      this.options.onProblem(error);
    } finally {
      this.running = undefined;
      if (this.again) {
        this.again = false;
        this.wake();
      }
    }
  }
}
