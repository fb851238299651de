import type { CancelTimer } from '../../platform/clock.js';
import type { Lane, Lanes } from '../lanes/index.js';
import type { RunContext } from './work.types.js';

/** Milliseconds; at most this long is lost with the machine. */
const EVERY_MS = 5 * 60_000;

/** Triggered by time and by the end of each turn: pushes work in progress, one push at a time. */
export class Checkpoints {
  private cancelTimer: CancelTimer = () => undefined;
  private last: Promise<unknown> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly run: RunContext,
    private readonly lanes: Lanes,
    private readonly lane: Lane,
    private readonly taskKey: string,
  ) {}

  start(): void {
    this.cancelTimer = this.run.clock.after(EVERY_MS, () => {
      void this.now().finally(() => {
        if (!this.stopped) this.start();
      });
    });
  }

  /** A sentence on what became of it, for the agent and the journal. Never rejects: work goes on without a checkpoint. */
  now(): Promise<string> {
    const mine = this.last.then(() => this.take());
    this.last = mine;
    return mine;
  }

  /** No more by itself; waits for the one under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelTimer();
    await this.last;
  }

  private async take(): Promise<string> {
    // A push is visible to others, and without a lease somebody else may own this lane's name by now.
    if (!this.run.isFree()) return 'Not now: the studio cannot be reached.';
    try {
      const made = await this.lanes.checkpoint(this.lane, { taskKey: this.taskKey });
      switch (made.kind) {
        case 'pushed':
          this.run.emit('checkpoint', { head: made.commit });
          this.run.checkpointed(made.commit);
          return 'Saved.';
        case 'unchanged':
          return 'Nothing is new since the last time.';
        case 'kept_here':
          this.run.emit('log', { stream: 'stderr', text: `Checkpoint kept on this machine only: ${made.sentence}` });
          return 'Saved on this machine.';
        case 'skipped':
          return `Not saved: ${made.refusal.sentence}`;
      }
    } catch (error) {
      this.run.emit('log', { stream: 'stderr', text: `Checkpoint failed: ${error instanceof Error ? error.message : String(error)}` });
      return 'It could not be saved now. Go on; it will be tried again.';
    }
  }
}
