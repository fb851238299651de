import { readFileSync, readdirSync } from 'node:fs';
import { holdsMark } from './lasting-mark.js';

/**
 * Which processes belong to whom. On Linux this reads /proc; elsewhere it reads the output of `ps`, which its caller runs
 * (see {@link parsePs}), because only process.ts may start a program.
 */

/**
 * The variable that every process of a run inherits. Its value cannot be guessed, so a match is never somebody else's process.
 * Markers nest: who looks for `m` also finds `m/validation`, so that one command of a run can be swept without its agent, and the run with both.
 */
export const RUN_MARKER_VARIABLE = 'MAESTRO_RUN_MARKER';

/** One living process. Zombies are left out: nothing is left of them to stop. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
  readonly groupId: number;
  /** Absent where there is no /proc. */
  readonly sessionId?: number;
  /** Opaque; equal only for the same process of the same boot. See {@link readStartTime}. */
  readonly startTime: string;
}

/** A process as written down for later: a pid alone is not enough, because pids are used again. */
export interface ProcessRecord {
  readonly pid: number;
  readonly startTime: string;
  /** The value of {@link RUN_MARKER_VARIABLE} that its descendants carry. */
  readonly marker: string;
}

/** Whether this system shows processes under /proc in Linux's format. */
export const hasProc = process.platform === 'linux';

/**
 * The fields of one /proc/<pid>/stat line that matter here, or `undefined` if the line is not one.
 * The command name (field 2) may hold spaces and brackets, so fields are counted from the last `)`. Source: proc(5).
 */
export function parseStat(line: string): { state: string; parentPid: number; groupId: number; sessionId: number; startTicks: string } | undefined {
  const end = line.lastIndexOf(')');
  if (end < 0) return undefined;
  const fields = line.slice(end + 2).trim().split(' ');
  const [state, parent, group, session] = fields;
  const startTicks = fields[19];
  if (state === undefined || parent === undefined || group === undefined || session === undefined || startTicks === undefined) return undefined;
  if (!/^\d+$/.test(startTicks)) return undefined;
  return { state, parentPid: Number(parent), groupId: Number(group), sessionId: Number(session), startTicks };
}

/**
 * Lines of `ps -A -o pid=,ppid=,pgid=,stat=,lstart=`, with the environment appended by `-E` on macOS (`ps -A -E`).
 * Used where there is no /proc. The start time has a resolution of one second there, and processes of other users show no environment.
 */
export function parsePs(output: string, marker?: string): (ProcessEntry & { marked: boolean })[] {
  const entries: (ProcessEntry & { marked: boolean })[] = [];
  for (const line of output.split('\n')) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d{4})(.*)$/.exec(line);
    if (match === null || match[4]?.startsWith('Z') === true) continue;
    const rest = match[6] ?? '';
    entries.push({
      pid: Number(match[1]),
      parentPid: Number(match[2]),
      groupId: Number(match[3]),
      startTime: (match[5] ?? '').replace(/\s+/g, ' '),
      marked: marker !== undefined && holdsMarker(` ${rest} `, ' ', marker),
    });
  }
  return entries;
}

let bootId: string | undefined;

/** Start times count from boot, so without the boot's id a process of today could pass for one of yesterday. */
function readBootId(): string {
  bootId ??= readText('/proc/sys/kernel/random/boot_id')?.trim() ?? 'unknown-boot';
  return bootId;
}

/** The start time of a living (or not yet reaped) process, from field 22 of its stat line and the boot's id; `undefined` if there is none. */
export function readStartTime(pid: number): string | undefined {
  const line = readText(`/proc/${pid}/stat`);
  const stat = line === undefined ? undefined : parseStat(line);
  return stat === undefined ? undefined : `${readBootId()}:${stat.startTicks}`;
}

/**
 * Whether this very process lives: not another that got its number, and not one that is dead and only waits for its parent to notice.
 * Where there is no /proc the number alone decides, which errs towards "alive".
 */
export function isSameProcessAlive({ pid, startTime }: Pick<ProcessRecord, 'pid' | 'startTime'>): boolean {
  if (!hasProc) return isThere(pid);
  const line = readText(`/proc/${pid}/stat`);
  const stat = line === undefined ? undefined : parseStat(line);
  return stat !== undefined && stat.state !== 'Z' && stat.state !== 'X' && `${readBootId()}:${stat.startTicks}` === startTime;
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Every living process, from /proc. One that ends while we look is left out. */
export function listProcesses(): ProcessEntry[] {
  const entries: ProcessEntry[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const line = readText(`/proc/${name}/stat`);
    const stat = line === undefined ? undefined : parseStat(line);
    if (stat === undefined || stat.state === 'Z' || stat.state === 'X') continue;
    entries.push({ pid: Number(name), parentPid: stat.parentPid, groupId: stat.groupId, sessionId: stat.sessionId, startTime: `${readBootId()}:${stat.startTicks}` });
  }
  return entries;
}

/**
 * Whether a process was started with the marker, or one below it, in its environment, or by one that was and emptied it. Unreadable
 * (another user's, or gone) counts as no.
 */
export function carriesMarker(pid: number, marker: string): boolean {
  const environment = readText(`/proc/${pid}/environ`);
  if (environment !== undefined && holdsMarker(`\0${environment}`, '\0', marker)) return true;
  const limits = readText(`/proc/${pid}/limits`);
  return limits !== undefined && holdsMark(limits, marker);
}

/** Looks for the variable between separators: NUL in /proc, a space in what `ps` prints. */
function holdsMarker(environment: string, separator: string, marker: string): boolean {
  const variable = `${separator}${RUN_MARKER_VARIABLE}=${marker}`;
  return environment.includes(`${variable}${separator}`) || environment.includes(`${variable}/`);
}

/** The processes below `rootPid` by parentage, the root itself left out. */
export function descendantsOf<T extends ProcessEntry>(rootPid: number, processes: readonly T[]): T[] {
  const children = new Map<number, T[]>();
  for (const entry of processes) {
    const siblings = children.get(entry.parentPid);
    if (siblings === undefined) children.set(entry.parentPid, [entry]);
    else siblings.push(entry);
  }
  const found: T[] = [];
  const open = [rootPid];
  const seen = new Set(open);
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    for (const child of children.get(pid) ?? []) {
      if (seen.has(child.pid)) continue;
      seen.add(child.pid);
      found.push(child);
      open.push(child.pid);
    }
  }
  return found;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
