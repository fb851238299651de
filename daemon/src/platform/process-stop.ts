import type { ProcessEntry, ProcessRecord } from './process-tree.js';
import { descendantsOf } from './process-tree.js';

/** A living process, and whether its environment carries the marker that was asked for. */
export interface SeenProcess extends ProcessEntry {
  readonly marked: boolean;
}

/** Lists the living processes. Given by process.ts, the only file that may start `ps` where there is no /proc. */
export type LookAtProcesses = (marker?: string) => Promise<readonly SeenProcess[]>;

/** How often the process table is looked at while waiting for processes to end. One look takes a few milliseconds. */
const LOOK_EVERY_MS = 15;
/** After KILL the kernel needs no grace; what outlives this is stuck in the kernel (an unresponsive disk) and cannot be helped. */
const KILL_SETTLES_MS = 5_000;

/** Sends a signal to a process, or to a group by its negative id. Gone already, or not ours, is no error. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  // kill(0) and kill(-1) address our own group and everything of this user; kill(1) addresses init.
  if (!Number.isSafeInteger(pid) || (pid >= -1 && pid <= 1)) return false;
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

export interface StopRequest {
  /** The leader of the group to stop. Its children count as its own only while its start time matches. */
  readonly pid: number;
  readonly startTime: string;
  readonly marker: string | undefined;
  /** Milliseconds between TERM and KILL. 0 kills at once. */
  readonly graceMs: number;
}

/**
 * Stops a process with everything it started: TERM to its group and to descendants that left it, then KILL once the grace is over.
 * Repeats until a look finds nothing, since a process may fork between the look and the signal. Returns how many processes were killed or asked to end.
 */
export async function stopTree(request: StopRequest, look: LookAtProcesses): Promise<number> {
  const known = new Map<number, string>();
  const touched = new Set<number>();
  let remaining = await findMembers(request, known, look);
  if (request.graceMs > 0) {
    signalAll(request, remaining, 'SIGTERM', touched);
    const graceEnds = performance.now() + request.graceMs;
    while (remaining.length > 0 && performance.now() < graceEnds) {
      await pause(Math.min(LOOK_EVERY_MS, Math.max(1, graceEnds - performance.now())));
      remaining = await findMembers(request, known, look);
    }
  }
  const giveUp = performance.now() + KILL_SETTLES_MS;
  while (remaining.length > 0 && performance.now() < giveUp) {
    signalAll(request, remaining, 'SIGKILL', touched);
    await pause(LOOK_EVERY_MS);
    remaining = await findMembers(request, known, look);
  }
  return touched.size;
}

/**
 * What belongs to the run: its group and session, whoever descends from them, and whoever carries its marker. Descendants are remembered with their start times,
 * because once their parent is dead nothing shows where they came from (and an agent may have cleared the environment).
 */
async function findMembers(request: StopRequest, known: Map<number, string>, look: LookAtProcesses): Promise<SeenProcess[]> {
  const living = await look(request.marker);
  const leaderIsOurs = living.some((entry) => entry.pid === request.pid && entry.startTime === request.startTime);
  const pidTakenByOther = !leaderIsOurs && living.some((entry) => entry.pid === request.pid);
  const byPid = new Map<number, SeenProcess>();
  for (const entry of living) {
    // The id of a group or session stays reserved while it has members, so unless somebody else has that number now, it is still ours. A
    // shell with job control gives each of its jobs a group, and leaves them all in its session.
    const inGroup = (entry.groupId === request.pid || entry.sessionId === request.pid) && !pidTakenByOther;
    if (inGroup || entry.marked || known.get(entry.pid) === entry.startTime) byPid.set(entry.pid, entry);
  }
  for (const root of [...byPid.keys()]) {
    for (const child of descendantsOf(root, living)) byPid.set(child.pid, child);
  }
  byPid.delete(process.pid);
  for (const member of byPid.values()) known.set(member.pid, member.startTime);
  return [...byPid.values()];
}

function signalAll(request: StopRequest, members: readonly SeenProcess[], signal: NodeJS.Signals, touched: Set<number>): void {
  if (members.some((member) => member.groupId === request.pid)) sendSignal(-request.pid, signal);
  for (const member of members) {
    touched.add(member.pid);
    if (member.groupId !== request.pid) sendSignal(member.pid, signal);
  }
}

/** What {@link reapTree} did with one record. */
export interface ReapedRecord {
  readonly pid: number;
  /** False when that pid is free, or belongs to another process now; then only marked processes were looked for. */
  readonly leaderMatched: boolean;
  /** How many processes were killed, the leader included. */
  readonly killed: number;
}

/**
 * Kills what an earlier daemon left behind. A recorded pid is touched only if its start time is the recorded one too; what carries the marker is killed
 * either way, because a marker cannot belong to anybody else.
 */
export async function reapTree(record: ProcessRecord, look: LookAtProcesses): Promise<ReapedRecord> {
  const living = await look(record.marker);
  const leaderMatched = living.some((entry) => entry.pid === record.pid && entry.startTime === record.startTime);
  const marked = living.find((entry) => entry.marked && entry.pid !== process.pid);
  if (leaderMatched) {
    const killed = await stopTree({ ...record, graceMs: 0 }, look);
    return { pid: record.pid, leaderMatched, killed };
  }
  if (marked === undefined) return { pid: record.pid, leaderMatched, killed: 0 };
  // The leader is gone, so its number may lead a stranger's group: one marked process stands in as the root, the marker finds the rest.
  const killed = await stopTree({ pid: marked.pid, startTime: marked.startTime, marker: record.marker, graceMs: 0 }, look);
  return { pid: record.pid, leaderMatched, killed };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
