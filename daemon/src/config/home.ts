import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where everything is below `$MAESTRO_HOME`. Folders are 0700, files 0600. */
export interface HomePaths {
  readonly home: string;
  readonly config: string;
  readonly projects: string;
  readonly machineId: string;
  /** The encrypted secret file, where somebody asked for one. */
  readonly secretFile: string;
  readonly controlSocket: string;
  /** Journals, one folder for each run. */
  readonly runs: string;
  /** Of team workers, one folder for each name: what a process of its own must not share with the daemon. */
  readonly workers: string;
  readonly logs: string;
  readonly locks: string;
  /** An empty folder that git gets as its home. */
  readonly gitHome: string;
}

/** A Unix socket's path ends up in 108 bytes of kernel memory, on macOS 104. */
const LONGEST_SOCKET_PATH = 100;

export function homePaths(home: string, temporary: string = tmpdir()): HomePaths {
  return {
    home,
    config: join(home, 'config.toml'),
    projects: join(home, 'projects.toml'),
    machineId: join(home, 'machine.id'),
    secretFile: join(home, 'secrets.enc'),
    controlSocket: socketPath(home, temporary),
    runs: join(home, 'runs'),
    workers: join(home, 'workers'),
    logs: join(home, 'logs'),
    locks: join(home, 'locks'),
    gitHome: join(home, 'git-home'),
  };
}

/** Makes the folders, readable by their owner alone. */
export async function makeHome(paths: HomePaths): Promise<void> {
  for (const folder of [paths.home, paths.runs, paths.workers, paths.logs, paths.locks, dirname(paths.controlSocket)]) await mkdir(folder, { recursive: true, mode: 0o700 });
}

function socketPath(home: string, temporary: string): string {
  const inside = join(home, 'daemon.sock');
  if (Buffer.byteLength(inside) <= LONGEST_SOCKET_PATH) return inside;
  // A folder of its own, 0700: the name can be guessed, so the folder and not the name protects it.
  // Loaded here, because every command comes by and nearly no home is this deep.
  const { createHash } = process.getBuiltinModule('node:crypto');
  return join(temporary, `maestro-${createHash('sha256').update(home).digest('hex').slice(0, 16)}`, 'daemon.sock');
}
