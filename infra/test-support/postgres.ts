import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPostgresBin } from './binaries.js';
import { onFreePort } from './free-port.js';
import type { RunAs, ServerProcess } from './server-process.js';
import { startServer } from './server-process.js';
import { makeTempFolder } from './temp-folder.js';
import type { TempFolder } from './temp-folder.js';

const run = promisify(execFile);
const USER = 'maestro';
/** Users that may own a throw-away cluster when the tests run as root: `initdb` and `postgres` refuse root. */
const UNPRIVILEGED_USERS = ['postgres', 'nobody'];

/** A PostgreSQL of the test's own: real, on loopback only, with `fsync` on, gone when the test ends. */
export interface TestPostgres {
  /** Connection string of an empty database, as superuser, over TCP with a password. */
  readonly url: string;
  /** The postmaster. */
  pid(): number;
  /** Makes another empty database and returns its connection string. The name is taken literally. */
  createDatabase(name: string): Promise<string>;
  /** Ends it without a checkpoint, as `pg_ctl -m immediate` does: the next start recovers from the log. */
  crash(): Promise<void>;
  /** Starts it again on the same data, port and connection string, after `crash()`. */
  restart(): Promise<void>;
  /** Ends it and deletes its folder. */
  stop(): Promise<void>;
}

interface Cluster {
  readonly bin: string;
  readonly folder: TempFolder;
  readonly password: string;
  readonly runAs: RunAs | undefined;
}

/** @throws Error when the programs are not installed; ask `findPostgresBin()` first to skip instead. */
export async function startPostgres(): Promise<TestPostgres> {
  const bin = findPostgresBin();
  if (bin === undefined) throw new Error('PostgreSQL is not installed: initdb and postgres are neither in PATH nor in /usr/lib/postgresql');
  const cluster = await initialise(bin);
  try {
    return await serve(cluster);
  } catch (error) {
    await cluster.folder.remove();
    throw error;
  }
}

async function initialise(bin: string): Promise<Cluster> {
  const folder = await makeTempFolder('pg');
  const password = randomBytes(16).toString('hex');
  const runAs = await unprivilegedUser();
  const passwordFile = join(folder.path, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (runAs !== undefined) {
    await chown(folder.path, runAs.uid, runAs.gid);
    await chown(passwordFile, runAs.uid, runAs.gid);
  }
  // `--no-sync` concerns the files that initdb itself writes; the server runs with fsync on.
  const args = ['--no-sync', '--encoding=UTF8', '--locale=C', '--auth=scram-sha-256', `--username=${USER}`, `--pwfile=${passwordFile}`];
  await run(join(bin, 'initdb'), [...args, '-D', join(folder.path, 'data')], { cwd: folder.path, ...runAs });
  return { bin, folder, password, runAs };
}

async function serve(cluster: Cluster): Promise<TestPostgres> {
  let { server, port } = await onFreePort((candidate) => startCluster(cluster, candidate));
  const urlOf = (database: string) => `postgres://${USER}:${cluster.password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  const createDatabase = async (name: string): Promise<string> => {
    await run(join(cluster.bin, 'createdb'), ['-h', '127.0.0.1', '-p', String(port), '-U', USER, '--', name], {
      env: { PATH: process.env['PATH'], PGPASSWORD: cluster.password },
    });
    return urlOf(name);
  };
  return {
    url: await createDatabase('maestro_test'),
    pid: () => server.pid,
    createDatabase,
    crash: () => server.end('SIGQUIT'),
    async restart() {
      server = await startCluster(cluster, port);
    },
    async stop() {
      // SIGINT is the "fast" shutdown: it does not wait for clients that a failed test left connected.
      await server.end('SIGINT');
      await cluster.folder.remove();
    },
  };
}

async function startCluster(cluster: Cluster, port: number): Promise<ServerProcess> {
  const { bin, folder, runAs } = cluster;
  // A client that connects in the very moment of a stop and then says nothing is waited for until it would have to be authenticated: a
  // minute by default, which is as long as a test has.
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, `unix_socket_directories=${folder.path}`, 'fsync=on', 'max_connections=200', 'authentication_timeout=10'];
  return startServer({
    program: join(bin, 'postgres'),
    args: ['-D', join(folder.path, 'data'), ...settings.flatMap((setting) => ['-c', setting])],
    folder: folder.path,
    logFile: join(folder.path, 'server.log'),
    runAs,
    isReady: () =>
      run(join(bin, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)]).then(
        () => true,
        () => false,
      ),
  });
}

async function unprivilegedUser(): Promise<RunAs | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of UNPRIVILEGED_USERS) {
    const ids = await Promise.all([run('id', ['-u', user]), run('id', ['-g', user])]).catch(() => undefined);
    if (ids !== undefined) return { uid: Number(ids[0].stdout), gid: Number(ids[1].stdout) };
  }
  throw new Error(`PostgreSQL refuses to run as root, and none of these users exists: ${UNPRIVILEGED_USERS.join(', ')}`);
}
