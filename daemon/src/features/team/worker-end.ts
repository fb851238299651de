import type { Clock } from '../../platform/clock.js';
import { NobodyListens, connectLines } from '../../platform/line-rpc.js';
import { isSameProcessAlive } from '../../platform/process-tree.js';
import type { Reaping } from './domain/reaping.js';
import type { OpenJournals } from './leftovers.js';
import { reapRuns, reapTeam } from './leftovers.js';
import { readRecord } from './team-record.js';

export interface WorkerEndOptions {
  readonly clock: Clock;
  readonly reaping: Reaping;
  /** On the steady clock. */
  readonly since: number;
  /** This worker's own journals. */
  readonly runs: string;
  /** The team's record. */
  readonly record: string | undefined;
  readonly journals: OpenJournals;
  /** Where a daemon of this machine would answer: one that has started meanwhile clears up after the old one itself. */
  readonly controlSocket: string;
}

const LOOK_MS = 50;

/**
 * The last thing that a worker does: nothing it started is left. One whose lead has died also sees to it that nothing of the lead and of the
 * other workers is left, after they have had the same time as itself; a worker that hangs could not do so for itself.
 */
export async function finishWorker(options: WorkerEndOptions): Promise<void> {
  await reapRuns(options.journals(options.runs));
  const record = !options.reaping.orphans || options.record === undefined ? undefined : await readRecord(options.record);
  if (record === undefined) return;
  const leadReplaced = await answers(options.controlSocket);
  if (!leadReplaced && !isSameProcessAlive(record.lead)) await reapRuns(options.journals(record.lead.runs));
  const { clock, since, reaping } = options;
  const others = record.workers.filter(({ pid }) => pid !== process.pid);
  while (clock.steady() - since < reaping.deadlineMs && others.some(isSameProcessAlive)) await pause(clock, LOOK_MS);
  await reapTeam(leadReplaced ? { ...record, lead: { ...record.lead, runs: '' } } : record, options.journals);
}

async function answers(socket: string): Promise<boolean> {
  try {
    (await connectLines(socket)).close();
    return true;
  } catch (error) {
    if (error instanceof NobodyListens) return false;
    throw error;
  }
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, () => resolve());
  });
}
