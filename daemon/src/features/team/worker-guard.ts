import type { Readable } from 'node:stream';
import type { Clock } from '../../platform/clock.js';
import { killUnderWay } from '../../platform/process.js';
import type { Reaping } from './domain/reaping.js';
import type { OpenJournals } from './leftovers.js';
import type { Handover } from './lifeline.js';
import type { TeamSigns } from './team.types.js';
import { finishWorker } from './worker-end.js';
import { WorkerWatch } from './worker-watch.js';

/** A worker's own corner of the machine. */
export interface WorkerPlace {
  /** The name of its folder below the workers' one. */
  readonly folder: string;
  /** What its lead told it; absent when a person started it by hand. */
  readonly handover: Handover | undefined;
  /** Its standard input. */
  readonly lifeline: Readable;
}

export interface WorkerGuardOptions {
  readonly place: WorkerPlace;
  readonly clock: Clock;
  readonly runs: string;
  readonly journals: OpenJournals;
  readonly controlSocket: string;
  readonly tell: (text: string) => void;
  /** Ends the worker: its runs may save their work for `graceMs`, and after `deadlineMs` nothing is waited for. */
  readonly end: (graceMs: number, deadlineMs: number) => void;
}

export interface WorkerGuard extends TeamSigns {
  /** Why the worker ends, once that is decided. */
  readonly why: string | undefined;
  /** After the runs have been stopped: nothing that this worker answers for is left. */
  finish(): Promise<void>;
}

/** Guards a worker from outliving its team. */
export function guardWorker(options: WorkerGuardOptions): WorkerGuard {
  const { place, clock, runs, journals, controlSocket, tell, end } = options;
  let decided: { readonly reaping: Reaping; readonly since: number; readonly why: string } | undefined;
  const watch = new WorkerWatch({
    lead: place.handover?.lead,
    lifeline: place.lifeline,
    clock,
    onReap: (reaping, why) => {
      decided = { reaping, since: clock.steady(), why };
      tell(`This worker ends: ${why}`);
      end(reaping.graceMs, reaping.deadlineMs);
    },
  });
  return {
    get why() {
      return decided?.why;
    },
    told: (why) => watch.told(why),
    channel: (state, why) => watch.channel(state, why),
    async finish() {
      watch.stop();
      if (decided === undefined) return;
      const { reaping, since } = decided;
      // Git, for one, in the middle of a spare lane.
      killUnderWay();
      await finishWorker({ reaping, since, clock, runs, record: place.handover?.record, journals, controlSocket });
    },
  };
}
