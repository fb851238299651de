import type { HomePaths } from '../../config/home.js';
import type { CancelTimer, Clock } from '../../platform/clock.js';
import type { Disk, DiskPlace } from './disk.js';
import { readLiveWork } from './live-work.js';
import { prunePlace } from './prune-place.js';

export interface HousekeepingOptions {
  readonly paths: HomePaths;
  readonly clock: Clock;
  readonly disk: Disk;
  readonly places: () => Promise<readonly DiskPlace[]>;
  /** Bytes; undefined when the setting cannot be read, and then nothing is removed for the room it takes. */
  readonly budget: number | undefined;
  readonly sweepJournals: () => Promise<void>;
  /** For people: what was removed, or that there is too little room. */
  readonly tell: (text: string) => void;
  readonly onProblem: (problem: { readonly id: string; readonly detail: unknown }) => void;
}

/** The first pass waits until what came up with the daemon has its runs under way again. */
const FIRST_MS = 2 * 60_000;
const EVERY_MS = 60 * 60_000;

/** Triggered by time: puts away what is over, and keeps to the disk budget. One pass at a time. */
export class Housekeeping {
  private cancelTimer: CancelTimer = () => undefined;
  private last: Promise<void> = Promise.resolve();
  private stopped = false;
  private wasShort = false;

  constructor(private readonly options: HousekeepingOptions) {}

  start(): void {
    this.schedule(FIRST_MS);
  }

  /** Waits for the pass under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelTimer();
    await this.last;
  }

  /** Never rejects. What fails in one project is no reason to leave the others untidy. */
  pass(): Promise<void> {
    this.last = this.last.then(() => this.tidy());
    return this.last;
  }

  private schedule(delayMs: number): void {
    this.cancelTimer = this.options.clock.after(delayMs, () => {
      void this.pass().finally(() => {
        if (!this.stopped) this.schedule(EVERY_MS);
      });
    });
  }

  private async tidy(): Promise<void> {
    const { places, sweepJournals } = this.options;
    await this.attempt('journals', sweepJournals);
    await this.attempt('places', async () => {
      for (const place of await places()) await this.attempt('lanes', () => this.tidyPlace(place));
    });
    await this.attempt('budget', () => this.keepBudget());
  }

  private async tidyPlace(place: DiskPlace): Promise<void> {
    if (this.stopped) return;
    const { paths, clock } = this.options;
    const { runs } = await readLiveWork(paths, clock);
    await place.lanes.sweep({ liveRuns: [...runs] });
    // First what is not needed goes; what is left is packed, also where lanes borrow from it.
    await prunePlace(place, { paths, clock });
    await place.vault.upkeep();
  }

  private async keepBudget(): Promise<void> {
    const { disk, budget, tell } = this.options;
    if (budget === undefined || this.stopped) return;
    const { removed, unneeded, eviction } = await disk.free(budget);
    if (unneeded > 0) tell(`Made room: removed ${(unneeded / 1024 ** 2).toFixed(1)} MB that nothing needed any more. See: maestro disk`);
    if (removed.length > 0) tell(`Made room: removed ${removed.length === 1 ? 'one thing' : `${removed.length} things`} that can be made again or is kept elsewhere. See: maestro disk`);
    // Once, not every hour: what is short stays so until a person does something.
    const short = eviction.short > 0;
    if (short && !this.wasShort) tell('Maestro takes more room on this disk than it was given, and nothing more may be removed. See: maestro disk');
    this.wasShort = short;
  }

  private async attempt(what: string, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.options.onProblem({ id: `housekeeping/${what}_failed`, detail: error });
    }
  }
}
