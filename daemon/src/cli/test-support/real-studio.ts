import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProcess, startProcess } from '../../platform/process.js';
import type { RunningProcess } from '../../platform/process.js';
import { PATH } from '../../test-support/git-fixture.js';
import { waitFor } from '../../test-support/wait-for.js';

/** The built programs, as a person has them: `maestro` by its own file, and a studio beside it. */

const root = fileURLToPath(new URL('../../../..', import.meta.url));
export const BIN = join(root, 'daemon/bin/maestro.js');
const STUDIO = join(root, 'studio/dist/main.js');
const BUILT = [join(root, 'daemon/bundle/main.js'), STUDIO];

const START_MS = 60_000;
const OWNER = { name: 'Olga Owner', email: 'olga@example.com', password: 'correct horse battery' };

export interface RealStudio {
  readonly url: string;
  readonly folder: string;
  readonly workspace: string;
  /** A new invite's token. */
  invite(role: string, more?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Calls the studio as its owner. */
  call<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>;
  stop(): Promise<void>;
}

export async function startRealStudio(): Promise<RealStudio> {
  const missing = BUILT.filter((file) => !existsSync(file));
  if (missing.length > 0) throw new Error(`build first (npm run build): ${missing.join(', ')}`);
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'maestro-cli-')));
  const studio = await startProcess({ command: process.execPath, args: [STUDIO, '--ready-json'], cwd: folder, env: { PATH, HOME: folder, MAESTRO_PORT: '0', MAESTRO_DATA_DIR: join(folder, 'studio'), MAESTRO_AUTH_ATTEMPTS_PER_MINUTE: '10000' } });
  let said = '';
  let complaints = '';
  studio.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  studio.stderr.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString('utf8')).slice(-4_000)));
  let ended = false;
  void studio.exited.then(() => (ended = true));
  await waitFor('the studio to be ready', () => said.includes('\n') || ended, START_MS);
  if (ended) throw new Error(`the studio did not start: ${complaints}`);
  const { url, setupUrl } = JSON.parse(said.slice(0, said.indexOf('\n'))) as { url: string; setupUrl: string | null };
  if (setupUrl === null) throw new Error('the studio is not new');
  const owner = new Caller(url);
  await owner.call('POST', 'setup', OWNER);
  const workspace = (await owner.call<{ id: string }>('POST', 'workspaces', { name: 'Acme' })).id;
  return {
    url,
    folder,
    workspace,
    invite: async (role, more = {}) => (await owner.call<{ token: string }>('POST', `workspaces/${workspace}/invites`, { role, ...more })).token,
    call: (method, path, body) => owner.call(method, path, body),
    async stop() {
      await studio.stop(10_000);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A browser's way in: a cookie and the header that proves that no other site has made it send this. */
class Caller {
  private cookie = '';

  constructor(private readonly url: string) {}

  async call<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/api/v1/${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'x-maestro-csrf': '1', cookie: this.cookie },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    this.cookie = response.headers.get('set-cookie')?.split(';')[0] ?? this.cookie;
    const text = await response.text();
    if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }
}

export interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One machine with its own `$MAESTRO_HOME` below the studio's folder. */
export class TestMachine {
  readonly home: string;
  private readonly running: RunningProcess[] = [];

  constructor(
    readonly folder: string,
    name: string,
    private readonly more: Readonly<Record<string, string>> = {},
  ) {
    this.home = join(folder, name);
  }

  get env(): Record<string, string> {
    return { PATH, HOME: this.folder, MAESTRO_HOME: this.home, MAESTRO_SECRET_KEY: 'a key of the tests, worth nothing', GIT_CONFIG_NOSYSTEM: '1', ...this.more };
  }

  async maestro(args: readonly string[], options: { readonly cwd?: string; readonly stdin?: string; readonly env?: Readonly<Record<string, string>> } = {}): Promise<Said> {
    return this.program(process.execPath, [BIN, ...args], options);
  }

  async program(command: string, args: readonly string[], options: { readonly cwd?: string; readonly stdin?: string; readonly env?: Readonly<Record<string, string>> } = {}): Promise<Said> {
    await mkdir(this.folder, { recursive: true });
    const result = await runProcess({ command, args, cwd: options.cwd ?? this.folder, env: { ...this.env, ...options.env }, timeoutMs: START_MS, ...(options.stdin === undefined ? {} : { stdin: options.stdin }) });
    return { code: result.code, stdout: result.stdout.toString('utf8'), stderr: result.stderr.toString('utf8') };
  }

  /** The result with `--json`; fails the test when the command fails. */
  async json<T>(args: readonly string[], cwd?: string): Promise<T> {
    const said = await this.maestro([...args, '--json'], cwd === undefined ? {} : { cwd });
    if (said.code !== 0) throw new Error(`maestro ${args.join(' ')}: ${said.code} ${said.stderr}`);
    return JSON.parse(said.stdout) as T;
  }

  /** Starts a command that goes on, and reads what it says. */
  async start(args: readonly string[], cwd: string): Promise<Started> {
    const child = await startProcess({ command: process.execPath, args: [BIN, ...args], cwd, env: this.env });
    this.running.push(child);
    return new Started(child);
  }

  /** Ends what is still running. */
  async close(): Promise<void> {
    await Promise.all(this.running.map((child) => child.stop(5_000)));
  }
}

/** A command that goes on. */
export class Started {
  stdout = '';
  stderr = '';
  code: number | null | undefined;

  constructor(private readonly child: RunningProcess) {
    child.stdout.on('data', (chunk: Buffer) => (this.stdout += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString('utf8')));
    void child.exited.then(({ code }) => (this.code = code));
  }

  get events(): readonly Record<string, unknown>[] {
    return this.stdout.split('\n').slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  event(name: string): Promise<Record<string, unknown>> {
    return waitFor(`the event ${name}; so far ${this.stdout} ${this.stderr}`, () => this.events.find(({ event }) => event === name), 30_000);
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.child.pid, signal);
  }

  /** Its exit code, once everything that it said has been read: the end of a process may be told before its last words. */
  exit(): Promise<number | null> {
    const isRead = () => this.child.stdout.readableEnded && this.child.stderr.readableEnded;
    return waitFor(`the end; so far ${this.stdout} ${this.stderr}`, () => (this.code === undefined || !isRead() ? undefined : { code: this.code }), 40_000).then(({ code }) => code);
  }
}
