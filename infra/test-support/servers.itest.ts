import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { findPostgresBin, findRedisServer, freshStore, makeTempFolder, startPostgres, startRedis, waitFor } from './index.js';
import type { ServerOptions } from './server-process.js';

const run = promisify(execFile);
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function sql(url: string, statement: string): Promise<string> {
  const { stdout } = await run(join(findPostgresBin()!, 'psql'), ['-X', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c', statement, url]);
  return stdout.trim();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(findPostgresBin() === undefined)('startPostgres', () => {
  it('gives empty databases, with fsync on, to whoever has the password', async () => {
    const postgres = await startPostgres();
    cleanups.push(postgres.stop);
    expect(await sql(postgres.url, 'SHOW fsync')).toBe('on');
    const quoted = await postgres.createDatabase(`it's "odd"`);
    expect(await sql(quoted, 'SELECT current_database()')).toBe(`it's "odd"`);
    const stranger = new URL(postgres.url);
    stranger.password = 'guess';
    await expect(sql(stranger.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  });

  it('comes back from a crash with what was committed, on the same url', async () => {
    const postgres = await startPostgres();
    cleanups.push(postgres.stop);
    await sql(postgres.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const before = postgres.pid();
    await postgres.crash();
    expect(isAlive(before)).toBe(false);
    await expect(sql(postgres.url, 'SELECT 1')).rejects.toThrow();
    await postgres.restart();
    expect(await sql(postgres.url, 'SELECT answer FROM kept')).toBe('42');
  });

  it('is not held by clients that connect while it stops and say nothing', async () => {
    const postgres = await startPostgres();
    const pid = postgres.pid();
    const { hostname, port } = new URL(postgres.url);
    // While the postmaster stands still they are accepted by the kernel alone; it then finds them and the signal at once.
    process.kill(pid, 'SIGSTOP');
    const clients = Array.from({ length: 4 }, () => connect(Number(port), hostname));
    for (const client of clients) client.on('error', () => {});
    await Promise.all(clients.map((client) => once(client, 'connect')));
    const stopped = postgres.stop();
    process.kill(pid, 'SIGCONT');
    await stopped;
    expect(isAlive(pid)).toBe(false);
    for (const client of clients) client.destroy();
  }, 40_000);

  it('leaves no process behind when it stops while a client is connected', async () => {
    const postgres = await startPostgres();
    const pid = postgres.pid();
    const { hostname, port } = new URL(postgres.url);
    const client = connect(Number(port), hostname);
    client.on('error', () => {});
    await once(client, 'connect');
    await postgres.stop();
    expect(isAlive(pid)).toBe(false);
    client.destroy();
  });
});

describe.skipIf(findPostgresBin() === undefined || findRedisServer() === undefined)('the integration project', () => {
  it('lends every suite a running PostgreSQL', async () => {
    expect(await sql(process.env['MAESTRO_TEST_DATABASE_URL']!, 'SELECT 1')).toBe('1');
  });

  it('gives each studio a database of its own there', async () => {
    vi.stubEnv('MAESTRO_E2E_STORE', 'postgres');
    const stores = await Promise.all([freshStore(), freshStore()]);
    const names = await Promise.all(stores.map(({ DATABASE_URL }) => sql(DATABASE_URL!, 'SELECT current_database()')));
    expect(new Set(names).size).toBe(2);
    vi.stubEnv('MAESTRO_E2E_STORE', 'embedded');
    expect(await freshStore()).toEqual({});
    vi.stubEnv('MAESTRO_E2E_STORE', 'mysql');
    await expect(freshStore()).rejects.toThrow('embedded or postgres');
  });
});

describe.skipIf(findRedisServer() === undefined)('startRedis', () => {
  it('answers its owner only, and forgets everything in a crash', async () => {
    const redis = await startRedis();
    cleanups.push(redis.stop);
    expect(await redisSay(redis.url, 'SET key value')).toContain('+OK');
    expect(await redisSay(redis.url.replace(/:[^:@]+@/, ':guess@'), 'GET key')).toContain('WRONGPASS');
    const before = redis.pid();
    await redis.crash();
    expect(isAlive(before)).toBe(false);
    await redis.restart();
    expect(await redisSay(redis.url, 'GET key')).toContain('$-1');
  });
});

describe.skipIf(findRedisServer() === undefined)('the guard', () => {
  it('ends the server and deletes its folder when the process that owns it is killed', async () => {
    const folder = await makeTempFolder('guard');
    cleanups.push(folder.remove);
    const serverFolder = join(folder.path, 'server');
    await mkdir(serverFolder);
    const owner = await startOwner(folder.path, {
      program: findRedisServer()!,
      args: ['--port', '0', '--unixsocket', 's', '--save', ''],
      folder: serverFolder,
      logFile: join(serverFolder, 'log'),
    });
    expect(isAlive(owner.server)).toBe(true);
    process.kill(owner.pid, 'SIGKILL');
    await waitFor(() => !isAlive(owner.server), { what: 'the guard to end the server' });
    await waitFor(() => !existsSync(serverFolder), { what: 'the guard to delete the folder' });
  });
});

/** Starts another process that starts a server and then lives on. Node 20 runs no TypeScript, so the two modules are transpiled for it. */
async function startOwner(folder: string, server: Omit<ServerOptions, 'isReady'>): Promise<{ pid: number; server: number }> {
  for (const name of ['server-process', 'wait-for']) {
    const source = await readFile(new URL(`./${name}.ts`, import.meta.url), 'utf8');
    const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 } });
    await writeFile(join(folder, `${name}.js`), outputText);
  }
  const program = `import { startServer } from './server-process.js';
    const server = await startServer({ ...${JSON.stringify(server)}, isReady: async () => true });
    console.log(server.pid);
    setInterval(() => {}, 1000);`;
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'owner.js'), program);
  const owner = spawn(process.execPath, ['owner.js'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(owner.stdout), 'line')) as [string];
  return { pid: owner.pid!, server: Number(line) };
}

async function redisSay(url: string, command: string): Promise<string> {
  const { hostname, port, password } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString()));
  socket.write(`AUTH ${password}\r\n${command}\r\nQUIT\r\n`);
  await once(socket, 'close');
  return answer;
}
