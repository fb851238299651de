import type { ChildProcess, ChildProcessWithoutNullStreams, StdioOptions } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { PassThrough } from 'node:stream';
import { markedCommand } from './marked-command.js';
import type { LookAtProcesses, ReapedRecord } from './process-stop.js';
import { reapTree, sendSignal, stopTree } from './process-stop.js';
import type { ProcessRecord } from './process-tree.js';
import { RUN_MARKER_VARIABLE, carriesMarker, hasProc, listProcesses, parsePs, readStartTime } from './process-tree.js';

/** The only file that starts processes. Never through a shell: a command and its arguments go to the system as they are. */

export interface ProcessSpec {
  /** A program name, looked up in the PATH of `env`, or an absolute path. */
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment. Nothing is inherited: the daemon's own variables hold secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** Written to standard input, which is then closed. Absent: standard input is empty. */
  readonly stdin?: string | Uint8Array;
  /** Milliseconds until the whole group is killed. Absent: no limit. */
  readonly timeoutMs?: number;
  /** Bytes kept of each of stdout and stderr; the rest is read and dropped. Default 64 MiB. */
  readonly maxOutputBytes?: number;
  /** Aborting kills the whole group; the result says so in `aborted`. */
  readonly signal?: AbortSignal;
  /** As in {@link StartSpec}; then descendants that left the group are killed too when the program has ended. */
  readonly marker?: string;
}

export interface ProcessResult {
  /** Exit code, or `null` when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly timedOut: boolean;
  readonly aborted: boolean;
  /** Whether output beyond `maxOutputBytes` was dropped. */
  readonly truncated: boolean;
}

/** Why a program did not start. */
export const ProcessStartFailure = {
  /** No such program on the PATH given, or not at that path. */
  notFound: 'not_found',
  /** It exists and may not be executed. */
  notExecutable: 'not_executable',
  /** The working directory does not exist. */
  badDirectory: 'bad_directory',
  /** Anything else: too many processes, argument list too long, a NUL byte in an argument. */
  refused: 'refused',
} as const;
export type ProcessStartFailure = (typeof ProcessStartFailure)[keyof typeof ProcessStartFailure];

/** Thrown by {@link runProcess} and {@link startProcess} when there is no process at all. An exit code, however bad, is a result. */
export class ProcessStartError extends Error {
  override readonly name = 'ProcessStartError';

  constructor(
    readonly reason: ProcessStartFailure,
    readonly command: string,
    cause: unknown,
  ) {
    super(`Could not start ${command}: ${reason.replace('_', ' ')}`, { cause });
  }
}

/** The groups of the programs that are being run to their end. */
const underWay = new Set<number>();

/** Kills every program that this process is running to its end, for a process that has no time left: nobody would use what they do. */
export function killUnderWay(): void {
  for (const pid of underWay) sendSignal(-pid, 'SIGKILL');
}

/** Runs a program to its end, in a process group of its own that does not outlive it. Throws only {@link ProcessStartError}. */
export async function runProcess(spec: ProcessSpec): Promise<ProcessResult> {
  if (isAborted(spec.signal)) {
    return { code: null, signal: null, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0), timedOut: false, aborted: true, truncated: false };
  }
  const { child, pid, procStartTime } = await spawnGroup(spec, markedEnv(spec));
  underWay.add(pid);
  const limit = spec.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES;
  const stdout = collect(child.stdout, limit);
  const stderr = collect(child.stderr, limit);
  child.stdin.on('error', ignoreClosedPipe);
  child.stdin.end(spec.stdin ?? '');

  let timedOut = false;
  let aborted = false;
  const killGroup = () => sendSignal(-pid, 'SIGKILL');
  const onAbort = () => {
    aborted = true;
    killGroup();
  };
  const timer =
    spec.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          killGroup();
        }, spec.timeoutMs);
  spec.signal?.addEventListener('abort', onAbort, { once: true });
  // It may have been aborted while the process was being started.
  if (isAborted(spec.signal)) onAbort();
  try {
    const end = await exitOf(child);
    // Background jobs that it left in its group would hold its output open, and nobody waits for them.
    killGroup();
    // Not later: once its number is free it may be another group's.
    underWay.delete(pid);
    if (spec.marker !== undefined) await stopTree({ pid, startTime: procStartTime ?? '', marker: spec.marker, graceMs: 0 }, lookAtProcesses);
    await drained(child);
    return { ...end, stdout: stdout.take(), stderr: stderr.take(), timedOut, aborted, truncated: stdout.truncated() || stderr.truncated() };
  } finally {
    clearTimeout(timer);
    spec.signal?.removeEventListener('abort', onAbort);
  }
}

export interface StartSpec extends Pick<ProcessSpec, 'command' | 'args' | 'cwd' | 'env'> {
  /** Set as {@link RUN_MARKER_VARIABLE} and as a lasting mark, so that descendants which leave the group can be found. Must be unguessable and new for each start. */
  readonly marker?: string;
}

/** A started program, talked to while it runs. Its group is stopped by {@link RunningProcess.stop}, never by its own exit. */
export interface RunningProcess {
  readonly pid: number;
  /** With `pid` it names this process for good; write both down to be able to reap it after a crash. */
  readonly startTime: string;
  /** Errors of a reader that is gone are swallowed. */
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** When the program itself has ended; what it left behind may live on. Never rejects. */
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  /** Stops it and everything it started: TERM, up to `graceMs` milliseconds, KILL, then a look for leftovers. Repeated calls share one stop. */
  stop(graceMs: number): Promise<void>;
}

/** Starts a program in a process group of its own. Rejects with {@link ProcessStartError} only. */
export async function startProcess(spec: StartSpec): Promise<RunningProcess> {
  const { child, pid, procStartTime } = await spawnGroup(spec, markedEnv(spec));
  child.stdin.on('error', ignoreClosedPipe);
  const stdout = keepUntilRead(child.stdout);
  const stderr = keepUntilRead(child.stderr);
  const startTime = procStartTime ?? (await startTimeFromPs(pid));
  let stopping: Promise<void> | undefined;
  return {
    pid,
    startTime,
    stdin: child.stdin,
    stdout,
    stderr,
    exited: exitOf(child),
    stop(graceMs) {
      stopping ??= stopTree({ pid, startTime, marker: spec.marker, graceMs }, lookAtProcesses).then(async () => {
        await Promise.all([endKept(child.stdout, stdout), endKept(child.stderr, stderr)]);
      });
      return stopping;
    },
  };
}

export interface DetachedSpec extends StartSpec {
  /** Takes what the program prints, at its end. Not a pipe: a pipe breaks with its reader, and the program is to outlive that for long enough to clean up. */
  readonly log: string;
}

/** A program that outlives its starter. Its standard input is a lifeline: it ends when the starter does, however that ends. */
export type DetachedProcess = Pick<RunningProcess, 'pid' | 'startTime' | 'stdin' | 'exited' | 'stop'>;

/** Starts a program in a session of its own, with a file for its output. Rejects with {@link ProcessStartError} only. */
export async function startDetached(spec: DetachedSpec): Promise<DetachedProcess> {
  const output = openSync(spec.log, 'a', 0o600);
  try {
    // Without a lasting mark: this program starts agents itself, and who has one can give no other.
    const child = spawnWith(spec, markedEnv(spec), ['pipe', output, output]);
    const { pid, procStartTime } = await begun(child, spec);
    const startTime = procStartTime ?? (await startTimeFromPs(pid));
    const stdin = child.stdin;
    if (stdin === null) throw new ProcessStartError(ProcessStartFailure.refused, spec.command, undefined);
    stdin.on('error', ignoreClosedPipe);
    let stopping: Promise<void> | undefined;
    return {
      pid,
      startTime,
      stdin,
      exited: exitOf(child),
      stop(graceMs) {
        stopping ??= stopTree({ pid, startTime, marker: spec.marker, graceMs }, lookAtProcesses).then(() => undefined);
        return stopping;
      },
    };
  } finally {
    closeSync(output);
  }
}

/** Kills what an earlier daemon left behind; see {@link ProcessRecord}. Safe when pids were used again by other programs. */
export async function reapLeftovers(records: readonly ProcessRecord[]): Promise<ReapedRecord[]> {
  const reaped: ReapedRecord[] = [];
  for (const record of records) reaped.push(await reapTree(record, lookAtProcesses));
  return reaped;
}

const DEFAULT_OUTPUT_BYTES = 64 * 1024 * 1024;
/** Output written before the exit is already in the pipe; only a descendant outside the group can keep it open for longer. */
const DRAIN_MS = 500;

interface SpawnedGroup {
  readonly child: ChildProcessWithoutNullStreams;
  readonly pid: number;
  /** Absent where there is no /proc. */
  readonly procStartTime: string | undefined;
}

const exits = new WeakMap<ChildProcess, Promise<{ code: number | null; signal: string | null }>>();

function markedEnv(spec: StartSpec): Readonly<Record<string, string>> {
  return spec.marker === undefined ? spec.env : { ...spec.env, [RUN_MARKER_VARIABLE]: spec.marker };
}

async function spawnGroup(spec: StartSpec, env: Readonly<Record<string, string>>): Promise<SpawnedGroup> {
  // With every stream a pipe none of them is null.
  const child = spawnWith({ ...spec, ...markedCommand(spec, spec.marker) }, env, 'pipe') as ChildProcessWithoutNullStreams;
  return { child, ...(await begun(child, spec)) };
}

function spawnWith(spec: StartSpec, env: Readonly<Record<string, string>>, stdio: StdioOptions): ChildProcess {
  try {
    // `detached` is what gives the child its own session and group on POSIX.
    return spawn(spec.command, [...spec.args], { cwd: spec.cwd, env: { ...env }, detached: true, shell: false, stdio, windowsHide: true });
  } catch (error) {
    throw new ProcessStartError(ProcessStartFailure.refused, spec.command, error);
  }
}

async function begun(child: ChildProcess, spec: StartSpec): Promise<Omit<SpawnedGroup, 'child'>> {
  const pid = child.pid;
  // Read before the loop turns: even if the child has ended it is not reaped yet, so this cannot be another process.
  const procStartTime = pid !== undefined && hasProc ? readStartTime(pid) : undefined;
  exits.set(
    child,
    new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    }),
  );
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(startError(spec, error)));
  });
  // Later 'error' events are failed kills, which are looked at where the kill is made.
  child.on('error', () => undefined);
  if (pid === undefined) throw new ProcessStartError(ProcessStartFailure.refused, spec.command, undefined);
  return { pid, procStartTime };
}

function startError(spec: StartSpec, error: unknown): ProcessStartError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  // The system says ENOENT for a missing directory too, which would send the reader looking for the program.
  const directoryMissing = !existsSync(spec.cwd);
  if (code === 'ENOENT') {
    return new ProcessStartError(directoryMissing ? ProcessStartFailure.badDirectory : ProcessStartFailure.notFound, spec.command, error);
  }
  if (code === 'ENOTDIR') return new ProcessStartError(ProcessStartFailure.badDirectory, spec.command, error);
  if (code === 'EACCES') return new ProcessStartError(ProcessStartFailure.notExecutable, spec.command, error);
  return new ProcessStartError(ProcessStartFailure.refused, spec.command, error);
}

function exitOf(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  return exits.get(child) ?? Promise.resolve({ code: child.exitCode, signal: child.signalCode });
}

function drained(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.stdout.closed && child.stderr.closed) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      child.stdout.destroy();
      child.stderr.destroy();
    }, DRAIN_MS);
    child.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** Node throws unread output of an ended child away, so a reader that comes a moment later would find nothing. */
function keepUntilRead(source: Readable): PassThrough {
  source.on('error', () => undefined);
  return source.pipe(new PassThrough());
}

/** With its writers dead a pipe ends once it is read; whoever could not be killed must not keep a reader waiting for longer. */
async function endKept(source: Readable, kept: PassThrough): Promise<void> {
  if (!source.readableEnded && !source.destroyed) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, DRAIN_MS);
      source.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
  source.destroy();
  kept.end();
}

function collect(stream: Readable, limit: number): { take(): Buffer; truncated(): boolean } {
  const chunks: Buffer[] = [];
  let kept = 0;
  let dropped = false;
  stream.on('data', (chunk: Buffer) => {
    const room = limit - kept;
    if (chunk.length > room) dropped = true;
    if (room <= 0) return;
    const part = chunk.length > room ? chunk.subarray(0, room) : chunk;
    chunks.push(part);
    kept += part.length;
  });
  stream.on('error', () => undefined);
  return { take: () => Buffer.concat(chunks), truncated: () => dropped };
}

/** The program may end, or close its input, before it has read everything. Its exit code says whether that was a failure. */
function ignoreClosedPipe(_error: Error): void {
  // Nothing to do: see above.
}

const lookAtProcesses: LookAtProcesses = async (marker) => {
  if (hasProc) return listProcesses().map((entry) => ({ ...entry, marked: marker !== undefined && carriesMarker(entry.pid, marker) }));
  // `-E` appends the environment on macOS and the BSDs; the column order is the one parsePs documents.
  const shown = await runPs(['-A', '-E', '-ww', '-o', 'pid=,ppid=,pgid=,stat=,lstart=,command=']);
  return parsePs(shown, marker);
};

async function startTimeFromPs(pid: number): Promise<string> {
  const [entry] = parsePs(await runPs(['-o', 'pid=,ppid=,pgid=,stat=,lstart=', '-p', String(pid)]));
  return entry?.startTime ?? 'unknown';
}

async function runPs(args: readonly string[]): Promise<string> {
  const { child } = await spawnGroup({ command: '/bin/ps', args, cwd: '/', env: { LC_ALL: 'C' } }, { LC_ALL: 'C' });
  const output = collect(child.stdout, DEFAULT_OUTPUT_BYTES);
  child.stdin.end();
  child.stderr.resume();
  await exitOf(child);
  await drained(child);
  return output.take().toString('utf8');
}
