import { createHash } from 'node:crypto';

/**
 * A mark on a process that is inherited by whatever it starts, through any number of forks and sessions and with an emptied environment:
 * a limit on something that nobody uses (the time that a realtime task may take without a pause), of a value that is the run's alone.
 * Such a limit can be lowered on purpose and never by mistake, and every process shows its own. Linux only.
 *
 * A child subreaper would do the same without a trace, but only native code can ask for one; a control group has to be delegated first;
 * and a look at the process table, however often, comes too late for a parent that is gone within a millisecond.
 */
export interface LastingMark {
  /** Microseconds, more than half a year: of the marker as it is. Below `hard`, so that the system takes the pair. */
  readonly soft: number;
  /** The same, of the part before the first `/`: of the whole run. */
  readonly hard: number;
}

const SOFT_FROM = 2 ** 44;
const HARD_FROM = 2 ** 45;

/** @param marker see RUN_MARKER_VARIABLE. */
export function lastingMarkOf(marker: string): LastingMark {
  return { soft: SOFT_FROM + digest(marker), hard: HARD_FROM + digest(marker.split('/')[0] ?? '') };
}

/** 44 bits. */
function digest(text: string): number {
  return Number.parseInt(createHash('sha256').update(text).digest('hex').slice(0, 11), 16);
}

/** The limit in the text of a /proc/<pid>/limits; `undefined` where there is none. Source: proc(5). */
export function parseMark(limits: string): LastingMark | undefined {
  const [, soft = '', hard = ''] = /^Max realtime timeout +(\d+) +(\d+) +us *$/m.exec(limits) ?? [];
  return hard === '' ? undefined : { soft: Number(soft), hard: Number(hard) };
}

/** Whether a process with these limits was started for the marker, or for one below it. Of a part of a run, its own processes alone are told. */
export function holdsMark(limits: string, marker: string): boolean {
  const found = parseMark(limits);
  if (found === undefined) return false;
  const wanted = lastingMarkOf(marker);
  return found.hard === wanted.hard && (!marker.includes('/') || found.soft === wanted.soft);
}

/** Whether a process with these limits may be given any mark: who has one already may only get a lower one. */
export function isUnmarked(limits: string): boolean {
  return /^Max realtime timeout +unlimited +unlimited +us *$/m.test(limits);
}

/** The command, started by one that sets the limit and then becomes it: same process, same arguments. */
export function withMark(prlimit: string, marker: string, command: string, args: readonly string[]): { readonly command: string; readonly args: readonly string[] } {
  const { soft, hard } = lastingMarkOf(marker);
  return { command: prlimit, args: [`--rttime=${soft}:${hard}`, '--', command, ...args] };
}
