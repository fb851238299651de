import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SetupStatus } from '@maestro/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TestClient, waitFor } from './test-support/index.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

interface Ready {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly setupUrl: string | null;
}

/** A studio in a process of its own, built, as people start it. */
class StudioProcess {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';

  constructor(environment: Readonly<Record<string, string>>) {
    const { PATH, HOME } = process.env;
    this.child = spawn(process.execPath, [MAIN, '--ready-json'], { env: { PATH, HOME, MAESTRO_PORT: '0', ...environment }, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    this.child.stdout?.on('data', (data: Buffer) => (this.stdout += data.toString()));
    this.child.stderr?.on('data', (data: Buffer) => (this.stderr += data.toString()));
    running.push(this);
  }

  ready(): Promise<Ready> {
    return waitFor(
      'the studio to be ready',
      () => {
        if (this.child.exitCode !== null) throw new Error(`it ended with ${this.child.exitCode}: ${this.stderr}`);
        return this.stdout.includes('\n') && (JSON.parse(this.stdout) as Ready);
      },
      90_000,
    );
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const gone = once(this.child, 'exit');
      this.child.kill(signal);
      await gone;
    }
    return this.child.exitCode;
  }

  async exitCode(): Promise<number | null> {
    if (this.child.exitCode === null) await once(this.child, 'exit');
    return this.child.exitCode;
  }
}

const running: StudioProcess[] = [];
const folders: string[] = [];
async function tidyUp(): Promise<void> {
  await Promise.all(running.splice(0).map((studio) => studio.end('SIGKILL')));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
}
afterEach(tidyUp);

/** Made by a first start; copied for each test, since making a database takes longer than all the rest. */
let firstStart = '';

async function dataDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'maestro-main-'));
  folders.push(folder);
  await cp(firstStart, folder, { recursive: true });
  return folder;
}

describe('The studio as a program', { timeout: 180_000 }, () => {
  beforeAll(async () => {
    if (!existsSync(MAIN)) throw new Error('build the studio first: npm run build --workspace studio');
    firstStart = await mkdtemp(join(tmpdir(), 'maestro-main-'));
    const studio = new StudioProcess({ MAESTRO_DATA_DIR: firstStart });
    await studio.ready();
    expect(await studio.end('SIGTERM')).toBe(0);
  });
  // No test has begun when `beforeAll` fails, so nothing follows that would end its studio.
  afterAll(async () => {
    await tidyUp();
    await rm(firstStart, { recursive: true, force: true });
  });

  it('says on one line where it is, keeps a secret of its own to itself, and stops in good order', async () => {
    const MAESTRO_DATA_DIR = await dataDir();
    const studio = new StudioProcess({ MAESTRO_DATA_DIR });
    const { url, port, pid, setupUrl } = await studio.ready();
    expect(pid).toBe(studio.child.pid);
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect(setupUrl).toMatch(new RegExp(`^${url}/setup#[\\w-]{43}$`));
    expect((await new TestClient(url).get('/readyz')).status).toBe(200);
    expect(studio.stderr).toContain('not a power failure');
    expect((await stat(join(MAESTRO_DATA_DIR, 'secret.key'))).mode & 0o777).toBe(0o600);
    const secret = (await readFile(join(MAESTRO_DATA_DIR, 'secret.key'), 'utf8')).trim();
    expect(studio.stdout + studio.stderr).not.toContain(secret);
    expect(await studio.end('SIGTERM')).toBe(0);
  });

  it('stops in good order when whoever started it is gone', async () => {
    const studio = new StudioProcess({ MAESTRO_DATA_DIR: await dataDir(), MAESTRO_LEASH_FD: '3' });
    const { url } = await studio.ready();
    expect((await new TestClient(url).get('/readyz')).status).toBe(200);
    (studio.child.stdio[3] as Socket).destroy();
    expect(await studio.exitCode()).toBe(0);
  });

  it('keeps what it acknowledged through a kill, and starts again at once on the same data', async () => {
    const MAESTRO_DATA_DIR = await dataDir();
    const first = new StudioProcess({ MAESTRO_DATA_DIR });
    const { url } = await first.ready();
    expect((await new TestClient(url).post('setup', { name: 'Olga', email: 'olga@example.com', password: 'correct horse battery' })).status).toBe(201);
    await first.end('SIGKILL');
    // However slow this machine is, the lock does not look stale by its age: that its owner is dead must be enough.
    const later = new Date(Date.now() + 600_000);
    await utimes(join(MAESTRO_DATA_DIR, 'database.lock'), later, later);
    const second = new StudioProcess({ MAESTRO_DATA_DIR });
    const again = await second.ready();
    expect(again.setupUrl).toBeNull();
    expect((await new TestClient(again.url).get<SetupStatus>('setup')).body.needed).toBe(false);
  });

  it('refuses a data directory that another studio uses, in a sentence', async () => {
    const MAESTRO_DATA_DIR = await dataDir();
    const { pid, url } = await new StudioProcess({ MAESTRO_DATA_DIR }).ready();
    const second = new StudioProcess({ MAESTRO_DATA_DIR });
    expect(await second.exitCode()).toBe(4);
    expect(second.stderr).toMatch(new RegExp(`data directory ${MAESTRO_DATA_DIR} is in use by process ${pid} .*DATABASE_URL`));
    expect((await new TestClient(url).get('/readyz')).status).toBe(200);
  });

  it('lets one of four have the directory of a studio that was killed', async () => {
    const MAESTRO_DATA_DIR = await dataDir();
    const first = new StudioProcess({ MAESTRO_DATA_DIR });
    await first.ready();
    await first.end('SIGKILL');
    const four = Array.from({ length: 4 }, () => new StudioProcess({ MAESTRO_DATA_DIR }));
    await waitFor('three to give up', () => four.filter(({ child }) => child.exitCode === 4).length === 3, 120_000);
    await waitFor('one to be ready', () => four.filter(({ stdout }) => stdout.includes('ready')).length === 1, 120_000);
  });

  it('is not kept out by the lock of a process whose number somebody else has now', async () => {
    const MAESTRO_DATA_DIR = await dataDir();
    const first = new StudioProcess({ MAESTRO_DATA_DIR });
    await first.ready();
    await first.end('SIGKILL');
    const path = join(MAESTRO_DATA_DIR, 'database.owner.json');
    const owner = JSON.parse(await readFile(path, 'utf8')) as { startedAt: string };
    await writeFile(path, JSON.stringify({ ...owner, pid: process.pid }));
    await new StudioProcess({ MAESTRO_DATA_DIR }).ready();
  });

  it('says that the port is taken, and leaves the directory free', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const MAESTRO_DATA_DIR = await dataDir();
    const MAESTRO_PORT = String((other.address() as AddressInfo).port);
    const studio = new StudioProcess({ MAESTRO_DATA_DIR, MAESTRO_PORT });
    expect(await studio.exitCode()).toBe(3);
    expect(studio.stderr).toContain(`Port ${MAESTRO_PORT} on 127.0.0.1 is taken`);
    other.close();
    await new StudioProcess({ MAESTRO_DATA_DIR }).ready();
  });

  it('lists every wrong setting at once', async () => {
    const studio = new StudioProcess({ MAESTRO_PORT: 'http', MAESTRO_LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://secret@x' });
    expect(await studio.exitCode()).toBe(2);
    expect(studio.stderr).toMatch(/MAESTRO_PORT: .*\n.*DATABASE_URL: .*\n.*MAESTRO_LOG_LEVEL: /);
    expect(studio.stderr).not.toContain('secret');
  });

  it('refuses a database that a newer studio has used, and changes nothing', async () => {
    const MAESTRO_DATA_DIR = await dataDir();
    const first = new StudioProcess({ MAESTRO_DATA_DIR });
    await first.ready();
    await first.end('SIGTERM');
    const { PGlite } = await import('@electric-sql/pglite');
    const database = await PGlite.create(join(MAESTRO_DATA_DIR, 'postgres'));
    await database.query(`insert into schema_migrations (version, name, checksum) values (9999, 'from_the_future', 'x')`);
    await database.close();
    const second = new StudioProcess({ MAESTRO_DATA_DIR });
    expect([await second.exitCode(), second.stderr]).toEqual([5, expect.stringContaining('newer studio (migration 9999_from_the_future.sql)')]);
  });
});
