import { reapLeftovers } from '../../platform/process.js';
import { isSameProcessAlive } from '../../platform/process-tree.js';
import type { JournalStore } from '../journal/index.js';
import type { TeamRecord, WorkerProcess } from './team-record.js';

/** Opens the journals of another process of this machine. */
export type OpenJournals = (folder: string) => JournalStore;

/** Ends the agents of every run in these journals that did not end by itself. Only for journals whose process is dead. Answers how many processes that were. */
export async function reapRuns(journals: JournalStore): Promise<number> {
  let killed = 0;
  for (const run of await journals.runs()) {
    const state = (await journals.read(run))?.state;
    if (state?.marker === undefined || state.settled !== undefined) continue;
    const { marker } = state;
    const records = state.processes.length > 0 ? state.processes.map((process) => ({ ...process, marker })) : [{ pid: 0, startTime: '', marker }];
    killed += (await reapLeftovers(records)).reduce((sum, record) => sum + record.killed, 0);
  }
  return killed;
}

/** Ends a worker, wherever it got to, and the agents that it left. */
export async function reapWorker(worker: WorkerProcess, journals: OpenJournals): Promise<number> {
  const [reaped] = await reapLeftovers([worker]);
  return (reaped?.killed ?? 0) + (await reapRuns(journals(worker.runs)));
}

/** Ends everything of a team whose lead is dead, the lead's own agents included, except the process that asks. Of a team whose lead lives, nothing. */
export async function reapTeam(record: TeamRecord, journals: OpenJournals): Promise<number> {
  if (isSameProcessAlive(record.lead)) return 0;
  let killed = 0;
  for (const worker of record.workers) if (worker.pid !== process.pid) killed += await reapWorker(worker, journals);
  return killed + (await reapRuns(journals(record.lead.runs)));
}
