import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { waitFor } from './wait-for.js';

/** The user and group a server runs as, when it refuses to run as root. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

export interface ServerOptions {
  readonly program: string;
  readonly args: readonly string[];
  /** The server's own folder: the guard deletes it when the test process dies. */
  readonly folder: string;
  /** The file that takes both output streams. */
  readonly logFile: string;
  readonly runAs?: RunAs | undefined;
  /** True as soon as the server takes connections. */
  readonly isReady: () => Promise<boolean>;
}

/** A server that is up, and that is ended by its process id only. */
export interface ServerProcess {
  readonly pid: number;
  /** Sends the signal and waits until the process is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/**
 * When the test process dies without ending its server (SIGKILL, a crash of the runner), its end of the pipe closes:
 * the guard then ends the server and deletes the folder. A handler inside the test process cannot do that.
 */
const GUARD = `
cat >/dev/null
kill -s QUIT "$1" 2>/dev/null
tries=0
while kill -0 "$1" 2>/dev/null && [ "$tries" -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
kill -s KILL "$1" 2>/dev/null
rm -rf "$2"
`;

/**
 * Starts a server in a process group of its own (a Ctrl-C in the terminal reaches the tests first, and they end it in
 * order) and waits until it takes connections.
 *
 * @throws Error with the end of the server's log when it ends before it is ready.
 */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const { program, args, folder, logFile, runAs, isReady } = options;
  const log = openSync(logFile, 'a', 0o600);
  const server = spawn(program, args, { cwd: folder, detached: true, stdio: ['ignore', log, log], ...runAs });
  closeSync(log);
  const pid = await spawned(server);
  const gone = once(server, 'exit');
  const guard = startGuard(pid, folder);
  void gone.then(() => guard.kill('SIGKILL'));

  try {
    await waitFor(async () => hasEnded(server) || (await isReady()), { what: `${program} to take connections`, timeoutMs: 30_000 });
    if (hasEnded(server)) throw new Error(`${program} ended before it was ready (exit ${server.exitCode ?? server.signalCode})`);
  } catch (error) {
    if (!hasEnded(server)) server.kill('SIGKILL');
    await gone;
    throw new Error(`${String(error)}\n${await tail(logFile)}`, { cause: error });
  }
  return {
    pid,
    async end(signal) {
      if (hasEnded(server)) return;
      server.kill(signal);
      await gone;
    },
  };
}

function startGuard(pid: number, folder: string): ChildProcess {
  const guard = spawn('sh', ['-c', GUARD, 'maestro-test-guard', String(pid), folder], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  // The pipe must not keep the test process alive, nor its end be reported: it closes when the guard is killed.
  guard.stdin.on('error', () => {});
  if ('unref' in guard.stdin && typeof guard.stdin.unref === 'function') guard.stdin.unref();
  return guard;
}

async function spawned(child: ChildProcess): Promise<number> {
  await once(child, 'spawn');
  if (child.pid === undefined) throw new Error('a spawned process has no id');
  return child.pid;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function tail(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '(no log)');
  return text.split('\n').slice(-20).join('\n');
}
