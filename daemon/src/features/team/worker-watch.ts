import type { Readable } from 'node:stream';
import type { CancelTimer, Clock } from '../../platform/clock.js';
import { isSameProcessAlive } from '../../platform/process-tree.js';
import { reaping } from './domain/reaping.js';
import type { Reaping, TeamSigns } from './domain/reaping.js';
import type { Handover } from './lifeline.js';
import { whenCut } from './lifeline.js';

/** The lead's start time is read from /proc, which costs next to nothing. */
const LOOK_MS = 500;

export interface WorkerWatchOptions {
  /** Absent when nobody started this worker but a person. */
  readonly lead: Handover['lead'] | undefined;
  readonly lifeline: Readable;
  readonly clock: Clock;
  /** Called once. */
  readonly onReap: (reaping: Reaping, why: string) => void;
}

/** In a worker: watches for every sign that its team is over. */
export class WorkerWatch {
  private signs: TeamSigns = { message: undefined, channel: 'unknown', lead: 'alive' };
  private over = false;
  private cancel: CancelTimer = () => undefined;

  constructor(private readonly options: WorkerWatchOptions) {
    if (options.lead === undefined) return;
    // The stream's end is a hint, which comes at once; whether the lead lives is looked up.
    whenCut(options.lifeline, () => this.lookAtLead());
    this.schedule();
  }

  /** The studio's message. */
  told(why: string): void {
    this.see({ message: why }, why);
  }

  /** The poll's answer, or a hello that was refused. */
  channel(state: 'open' | 'closed' | 'refused', why: string): void {
    this.see({ channel: state }, why);
  }

  stop(): void {
    this.over = true;
    this.cancel();
  }

  private schedule(): void {
    this.cancel = this.options.clock.after(LOOK_MS, () => {
      this.lookAtLead();
      if (!this.over) this.schedule();
    });
  }

  private lookAtLead(): void {
    const { lead } = this.options;
    if (lead === undefined || isSameProcessAlive(lead)) return;
    this.see({ lead: 'gone' }, 'The process that leads the team is gone.');
  }

  private see(sign: Partial<TeamSigns>, why: string): void {
    if (this.over) return;
    this.signs = { ...this.signs, ...sign };
    const decided = reaping(this.signs);
    if (decided === undefined) return;
    this.stop();
    this.options.onReap(decided, why);
  }
}
