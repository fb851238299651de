import { copyFile, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, plainEnvironment } from '../rig/folders.js';
import { git, makeRepository } from '../rig/sample/repository.js';
import { freePort, freshStore, makeTempFolder, storeKind, waitFor } from '../test-support/index.js';
import type { TempFolder } from '../test-support/index.js';
import { approve, does, requirement, run, write } from './harness/index.js';
import { ScriptBook } from './harness/script-book.js';
import type { Step } from './harness/index.js';

type Line = Readonly<Record<string, unknown>>;

interface Started {
  readonly child: ChildProcess;
  readonly lines: readonly Line[];
  readonly exited: Promise<number | null>;
  readonly said: () => string;
}

const HISTORY = [{ message: 'Begin', author: 'Ada Park <ada@example.com>', date: '2026-03-02T09:00:00Z', files: { 'hello.txt': 'hello\n' } }];

/** Tasks by their keys, each with what it depends on. */
const propose = (tasks: Readonly<Record<string, readonly string[]>>): Step => ({
  tool: { name: 'plan_proposal', args: { proposal: JSON.stringify({ title: 'Goodbye', phases: [{ title: 'All', tasks: Object.entries(tasks).map(([key, dependsOn]) => ({ key, title: `Task ${key}`, dependsOn })) }] }) } },
});

/** For what does not depend on the store: on the one that it is shipped with. */
const asShipped = storeKind() === 'embedded' ? it : (_title: string, _test: () => Promise<void>) => undefined;

describe('npm start', () => {
  let folder: TempFolder;
  let env: Record<string, string>;
  const running = new Set<ChildProcess>();

  beforeAll(async () => {
    folder = await makeTempFolder('start');
    const dataDir = join(folder.path, 'data');
    env = plainEnvironment({ MAESTRO_DATA_DIR: dataDir, MAESTRO_PORT: String(await freePort()), ...(await freshStore()) });
  });
  afterAll(async () => {
    for (const child of running) if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await folder.remove();
  });

  /** As a person types it; standard output is lines of JSON and nothing else. */
  function start(...args: readonly string[]): Started {
    const child = spawn('npm', ['start', '--silent', '--', ...args], { cwd: ROOT, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    const lines: Line[] = [];
    let errors = '';
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line) as Line));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
    // npm ends by the signal that its script's shell was ended by; a terminal calls that 130.
    const exited = once(child, 'exit').then(([code, signal]) => {
      running.delete(child);
      return signal === 'SIGINT' ? 130 : (code as number | null);
    });
    return { child, lines, exited, said: () => `${lines.slice(-5).map((line) => JSON.stringify(line)).join('\n')}\n${errors}` };
  }

  asShipped(`takes the sample from nothing to released commits (${requirement('R-npm-start')})`, async () => {
    const started = start('--once', '--json');
    const code = await started.exited;
    expect(code, started.said()).toBe(0);
    const summary = started.lines.at(-1);
    expect(summary).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
      plan: { id: expect.any(String) as string, status: 'completed' },
      tasks: expect.any(Array) as unknown[],
      repository: expect.stringContaining(folder.path) as string,
      baseBranch: 'main',
      mergedCommits: expect.any(Array) as string[],
      durationMs: expect.any(Number) as number,
    });
    const { tasks, repository, mergedCommits } = summary as unknown as { tasks: { key: string; status: string; revisions: number; repairs: number }[]; repository: string; mergedCommits: string[] };
    expect(tasks.map(({ status }) => status)).toEqual(tasks.map(() => 'done'));
    expect(tasks.some(({ revisions }) => revisions > 0), 'a rejection was put right').toBe(true);
    expect(tasks.some(({ repairs }) => repairs > 0), 'a conflict was repaired').toBe(true);
    expect(await commandsThatFailed(), 'a test failed at first, and its agent was told').toBeGreaterThan(0);
    expect(await merges(repository), 'what the summary names is what the base holds').toEqual(mergedCommits);
    const repairs = tasks.reduce((sum, task) => sum + task.repairs, 0);
    expect(mergedCommits.length, 'every task, what its repair merged, and the release itself').toBe(tasks.length + repairs + 1);
    expect(await ours()).toEqual([]);
  });

  asShipped(`installs and builds nothing the second time, and ends with all that it started on Ctrl-C (${requirement('R-npm-start-again')})`, async () => {
    const before = await made();
    const started = start('--json');
    await waitFor(() => started.lines.some(({ event }) => event === 'ready'), { what: 'the studio to be ready', timeoutMs: 60_000 });
    expect(await made(), 'nothing was installed or built').toEqual(before);
    await waitFor(() => started.lines.some(({ event, status }) => event === 'task' && status === 'in_progress'), { what: 'an agent at work', timeoutMs: 60_000 });
    expect((await ours()).length).toBeGreaterThan(1);
    // Ctrl-C: the terminal signals the whole group in front of it.
    process.kill(-(started.child.pid ?? 0), 'SIGINT');
    expect(await started.exited, started.said()).toBe(130);
    await waitFor(async () => (await ours()).length === 0, { what: 'every process of it to be gone', timeoutMs: 5_000 });
  });

  asShipped(`leaves nothing at work when it is killed (${requirement('R-npm-start-killed')})`, async () => {
    const started = start('--json');
    await waitFor(() => started.lines.some(({ event }) => event === 'ready'), { what: 'the studio to be ready', timeoutMs: 60_000 });
    await waitFor(async () => (await ours()).length > 3, { what: 'a daemon beside the studio', timeoutMs: 60_000 });
    process.kill(-(started.child.pid ?? 0), 'SIGKILL');
    await started.exited;
    await waitFor(async () => (await ours()).length === 0, { what: 'every process of it to be gone', timeoutMs: 30_000 });
  });

  it(`plans a goal and releases it on the user's own repository (${requirement('R-npm-start-own')})`, async () => {
    const bare = join(folder.path, 'greeter.git');
    await makeRepository(bare, join(folder.path, 'greeter'), HISTORY);
    const script = await rehearsal();
    // The architect's first try does not hold together; what the studio says of it goes back to it.
    await script.set({ '*': { implement: does(run('date +%N >> done.txt')), review: [{ steps: [approve] }] } });
    await script.setProject({ plan: does(propose({ a: [], b: ['a'] })) });
    await copyFile(script.path, `${script.path}.second`);
    await script.setProject({ plan: does(propose({ a: ['nobody'] }), run(`cp '${script.path}.second' '${script.path}'`)) });
    const started = start('--once', '--json', '--repo', bare, '--goal', 'Say goodbye too.\nIn two steps.', '--agent', 'rehearsal');
    expect(await started.exited, started.said()).toBe(0);
    expect(started.lines.at(-1)).toMatchObject({ plan: { status: 'completed' }, tasks: [{ status: 'done' }, { status: 'done' }], repository: bare, baseBranch: 'main' });
    expect((await git(bare, ['show', 'main:done.txt'])).split('\n')).toHaveLength(2);
  });

  asShipped(`leaves a working copy of the user's alone, and says how to take the release (${requirement('R-npm-start-own')})`, async () => {
    const clone = join(folder.path, 'mine');
    await makeRepository(join(folder.path, 'mine.git'), clone, HISTORY);
    await git(clone, ['remote', 'remove', 'origin']);
    await writeFile(join(clone, 'unsaved.txt'), 'mine\n');
    await writeFile(join(folder.path, 'plan.yaml'), 'title: Goodbye\nphases:\n  - title: All\n    tasks:\n      - key: a\n        title: Say goodbye\n');
    await (await rehearsal()).set({ '*': { implement: does(write('bye.txt', 'bye\n')), review: [{ steps: [approve] }] } });
    const started = start('--once', '--json', '--repo', clone, '--plan', join(folder.path, 'plan.yaml'), '--agent', 'rehearsal');
    expect(await started.exited, 'it cannot be completed without the user').toBe(1);
    expect(started.lines.at(-1)).toMatchObject({ plan: { status: 'active' }, tasks: [{ status: 'done' }], mergedCommits: [] });
    const sentences = started.lines.filter(({ event }) => event === 'notice').map(({ sentence }) => String(sentence));
    expect(sentences.join('\n')).toContain('maestro/release/');
    expect(await git(clone, ['status', '--porcelain'])).toBe('?? unsaved.txt');
    expect(await readdir(clone)).not.toContain('bye.txt');
  });

  asShipped(`says what is wrong and what to do, in a sentence each (${requirement('R-npm-start-wrong')})`, async () => {
    const bare = join(folder.path, 'asked.git');
    await makeRepository(bare, join(folder.path, 'asked'), HISTORY);
    const own = ['--repo', bare, '--agent', 'rehearsal'];
    await untilRefused(['--once', ...own, '--plan', join(folder.path, 'none.yaml')], 2, 'There is no plan file');
    await untilRefused(['--once', ...own], 2, 'Give either --plan <file> or --goal <text>');
    await untilRefused(['--once', '--repo', join(folder.path, 'nowhere'), '--agent', 'rehearsal', '--goal', 'x'], 1, 'cannot be cloned');
    await untilRefused(['--once', '--repo', bare, '--agent', 'nobody', '--goal', 'x'], 1, 'There is no agent "nobody"');
    const other = createServer().listen(Number(env['MAESTRO_PORT']), '127.0.0.1');
    await once(other, 'listening');
    try {
      await untilRefused(['--once'], 1, `Port ${env['MAESTRO_PORT']} is taken`);
    } finally {
      other.close();
    }
  });

  asShipped(`starts the studio alone, with nothing in it (${requirement('R-npm-studio')})`, async () => {
    const child = spawn('npm', ['run', '--silent', 'studio'], { cwd: ROOT, env: { ...env, ...(await freshStore()), MAESTRO_DATA_DIR: join(folder.path, 'alone') }, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    running.add(child);
    const exited = once(child, 'exit').then(() => running.delete(child));
    const lines: string[] = [];
    // Standard output is the log's.
    createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
    const url = await waitFor(() => /^Maestro studio: (\S+)$/m.exec(lines.join('\n'))?.[1], { what: 'its address', timeoutMs: 60_000 });
    expect(await (await fetch(`${url}/api/v1/setup`)).json()).toEqual({ needed: true });
    expect(lines.join('\n'), 'the way in').toContain(`${url}/setup#`);
    process.kill(-(child.pid ?? 0), 'SIGTERM');
    await exited;
    await waitFor(async () => (await ours()).length === 0, { what: 'every process of it to be gone', timeoutMs: 5_000 });
  });

  async function untilRefused(args: readonly string[], code: number, sentence: string): Promise<void> {
    const started = start('--json', ...args);
    expect(await started.exited, started.said()).toBe(code);
    const [error = '', attempt = '', ...more] = started.said().split('\n').filter((line) => line !== '' && !line.startsWith('{') && !line.startsWith('npm '));
    expect(error).toMatch(/^error: /);
    expect(error).toContain(sentence);
    expect(attempt).toMatch(/^try: /);
    expect(more, 'nothing else').toEqual([]);
    expect(await ours(), 'nothing is left behind').toEqual([]);
  }

  /** What `--agent rehearsal` plays, instead of a model that would have to be paid. */
  async function rehearsal(): Promise<ScriptBook> {
    const book = new ScriptBook(join(folder.path, 'script.json'));
    env = { ...env, MAESTRO_REHEARSAL: book.path };
    await book.set({});
    return book;
  }

  /** Processes that were started on this data folder, whoever their parent is by now. */
  async function ours(): Promise<readonly number[]> {
    const found: number[] = [];
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      if (environment.includes(folder.path)) found.push(Number(pid));
    }
    return found;
  }

  /** What an installation and a build leave, with when each was written last. */
  async function made(): Promise<Readonly<Record<string, number>>> {
    // npm writes the first at the end of every installation, a bundler the last two with every build.
    const files = ['node_modules/.package-lock.json', 'studio/dist/main.js', 'daemon/bundle/main.js', 'web/dist/index.html'];
    return Object.fromEntries(await Promise.all(files.map(async (file) => [file, (await stat(join(ROOT, file))).mtimeMs] as const)));
  }

  /** Read from the journals that the machine keeps of its runs. */
  async function commandsThatFailed(): Promise<number> {
    const runs = join(folder.path, 'data', 'machine', 'runs');
    const journals = await Promise.all((await readdir(runs)).map((run) => readFile(join(runs, run, 'journal'), 'utf8')));
    return journals.join('\n').split('\n').filter((line) => line.includes('"kind":"validation"') && line.includes('"failed"')).length;
  }

  async function merges(repository: string): Promise<readonly string[]> {
    return (await git(repository, ['rev-list', '--reverse', '--merges', 'main'])).split('\n');
  }
});
