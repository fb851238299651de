import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEventItem, TeamView } from '@maestro/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { userGit } from '../../test-support/git-fixture.js';
import { waitFor } from '../../test-support/wait-for.js';
import type { RealStudio } from '../test-support/real-studio.js';
import { BIN, TestMachine, startRealStudio } from '../test-support/real-studio.js';
import { TmuxTerminal, hasTmux } from '../test-support/tmux.js';

const WIDE = { columns: 120, rows: 32 } as const;
const SMALL = { columns: 60, rows: 20 } as const;
const MAESTRO = `${process.execPath} ${BIN}`;

/** Agents that talk, and then work until they are ended. */
const TALKS = `maestro-rehearsal: 1
tasks:
  "*":
    implement:
      - steps:
          - say: I begin with the shelf.
          - write: { path: shelf.txt, content: "a shelf\\n" }
          - say: "${Array.from({ length: 60 }, (_, index) => `Point ${index + 1} of what I found.`).join('\\n')}"
          - run: 'true'
          - hang: true
`;
const TWO_TASKS = `title: Stock
goal: Count it
phases:
  - title: One
    tasks: [{ key: A, title: Count }, { key: B, title: Show }]
`;

let studio: RealStudio;
let machine: TestMachine;
let repo: string;
let terminal: TmuxTerminal;
let projects = 0;

const key = () => `SHOP${projects}`;

/** The line of the screen that holds the status. */
const whole = ({ rows }: { readonly rows: number }, screen: string): boolean => /Ctrl-C leave\s*$/.test(screen.split('\n')[rows - 1] ?? '') && screen.startsWith(' maestro ');

async function ledTeam(...args: readonly string[]): Promise<void> {
  await terminal.enter(`${MAESTRO} team --agent rehearsal --name desk ${args.join(' ')}; echo "ended with $?"`);
  await terminal.shows('every worker', (screen) => whole(WIDE, screen) && /└ ○ \S+ \d +idle/.test(screen) && !screen.includes('starting'), 60_000);
}

async function atWork(): Promise<void> {
  await machine.json(['plan', 'import', join(studio.folder, 'two.yaml'), '--activate'], repo);
  await terminal.shows('both workers at work', (screen) => screen.includes('2 at work') && screen.includes('Point 60 of'), 60_000);
}

async function team(): Promise<TeamView> {
  const { data: found } = await studio.call<{ data: { id: string; key: string }[] }>('GET', `workspaces/${studio.workspace}/projects`);
  const { data } = await studio.call<{ data: TeamView[] }>('GET', `projects/${found.find((each) => each.key === key())?.id ?? ''}/teams`);
  const [only] = data;
  if (only === undefined) throw new Error('no team');
  return only;
}

/** The terminal is as it was found: its settings, its screen, its cursor. */
async function asFound(ended: string): Promise<void> {
  const screen = await terminal.shows('the end', (each) => each.includes(ended), 60_000);
  expect(screen).toContain('\nwhat was here');
  expect(screen).not.toContain('│');
  expect(await terminal.state()).toEqual({ alternate: false, cursor: true });
  await terminal.enter('stty -a > ../after; echo "compared"');
  await terminal.shows('the settings', (each) => each.includes('\ncompared'));
  expect(await readFile(join(studio.folder, 'after'), 'utf8')).toBe(await readFile(join(studio.folder, 'before'), 'utf8'));
}

describe.skipIf(!hasTmux)('the screen', () => {
  beforeAll(async () => {
    studio = await startRealStudio();
    const script = join(studio.folder, 'talks.yaml');
    await writeFile(script, TALKS);
    await writeFile(join(studio.folder, 'two.yaml'), TWO_TASKS);
    machine = new TestMachine(studio.folder, 'home', { MAESTRO_REHEARSAL: script, TERM: 'tmux-256color' });
    const token = await studio.invite('architect');
    expect(await machine.maestro(['auth', '-', '--secret-store', 'file'], { stdin: `${token}\n` })).toMatchObject({ code: 0 });
  });
  afterAll(() => studio?.stop());

  /** A project of its own, and a shell in its clone on which something stands already. */
  beforeEach(async () => {
    projects += 1;
    const name = `shop${projects}`;
    const remote = join(studio.folder, `${name}.git`);
    repo = join(studio.folder, name);
    await mkdir(repo, { recursive: true });
    await userGit(studio.folder, ['init', '-q', '--bare', '-b', 'main', remote]);
    await userGit(repo, ['init', '-q', '-b', 'main']);
    await userGit(repo, ['remote', 'add', 'origin', remote]);
    await userGit(repo, ['commit', '-q', '--allow-empty', '-m', 'Begin']);
    await userGit(repo, ['push', '-q', 'origin', 'main']);
    await machine.json(['project', 'create', '--key', name.toUpperCase()], repo);
    terminal = await TmuxTerminal.open({ cwd: repo, env: machine.env, size: WIDE });
    await terminal.enter(`stty -a > ../before; echo what was here`);
    await terminal.shows('what was here', (screen) => screen.includes('\nwhat was here'));
  });
  afterEach(() => terminal?.close());

  it('shows workers and a transcript, steers, is whole in every size, and leaves the terminal as it was', async () => {
    await ledTeam('--dev', '2', '--review', '1');
    expect((await terminal.state()).alternate).toBe(true);
    await atWork();
    const screen = await terminal.screen();
    expect(screen).toMatch(/○ desk +idle/);
    expect(screen).toMatch(new RegExp(`› ├ ● dev 1 +${key()}-\\d \\d+ s`));
    expect(screen).toMatch(new RegExp(`  ├ ● dev 2 +${key()}-\\d \\d+ s`));
    expect(screen).toMatch(/└ ○ review 1 +idle/);
    expect(screen).toMatch(new RegExp(`│ ${key()}-\\d · dev 1 · rehearsal · `));
    expect(screen).toMatch(/⚑ 0 steering · 2 at work/);
    expect(screen).not.toContain('Point 20 of');

    await terminal.press('Home');
    await terminal.shows('the beginning', (each) => each.includes('I begin with the shelf.') && /↓ \d+ more/.test(each));
    await terminal.press('NPage', 'End');
    await terminal.shows('the end again', (each) => each.includes('Point 60 of') && !each.includes('more'));
    await terminal.press('Down');
    await terminal.shows('the other worker', (each) => /› ├ ● dev 2/.test(each) && /· dev 2 · rehearsal/.test(each) && each.includes('Point 60 of'));

    await terminal.enter('maestro steer "Keep the public names."');
    await terminal.shows('the directive', (each) => each.includes('⚑ 1 steering') && each.includes('⚑ Keep the public names.') && each.includes('» Keep the public names.'));
    expect((await team()).steering).toMatchObject([{ text: 'Keep the public names.', author: { type: 'person' } }]);
    const runs = (await team()).workers.flatMap(({ run }) => (run === null ? [] : [run.id]));
    expect(runs.length).toBe(2);
    for (const run of runs) {
      await waitFor('the agent to hear it', async () => (await studio.call<{ data: RunEventItem[] }>('GET', `runs/${run}/events?limit=500`)).data.some(({ kind, payload }) => kind === 'steered' && payload['text'] === 'Keep the public names.'));
    }
    await terminal.enter('clear-steering');
    await terminal.shows('none standing', (each) => each.includes('⚑ 0 steering') && each.includes('Took back 1 directive.'));
    await terminal.enter('maestro plan list');
    await terminal.shows('what can be typed', (each) => each.includes('Here you can type steer, clear-steering and quit'));

    for (const size of [SMALL, { columns: 80, rows: 24 }, WIDE]) {
      await terminal.resize(size);
      const resized = await terminal.shows(`all of it in ${size.columns} columns`, (each) => whole(size, each) && /├ ● dev 2/.test(each));
      const lines = resized.split('\n').slice(0, size.rows);
      // Every line between the rules has the one between the two sides, at the same place.
      const edge = lines[1]?.indexOf('┬') ?? -1;
      expect(lines.slice(2, -3).map((line) => [...line][edge]), resized).toEqual(lines.slice(2, -3).map(() => '│'));
    }
    await terminal.resize({ columns: 30, rows: 8 });
    await terminal.shows('that it is too small', (each) => each.startsWith('Too small'));
    await terminal.resize(WIDE);
    await terminal.shows('all of it again', (each) => whole(WIDE, each));

    const { workers } = await team();
    await terminal.press('C-c');
    await asFound('\nended with 130');
    expect((await team()).open).toBe(false);
    expect(workers.length).toBe(3);
  }, 180_000);

  it('shows a worker that was killed as gone, and gives the terminal back when it is ended from outside', async () => {
    await ledTeam('--dev', '2');
    await atWork();
    const status = await machine.json<{ pid: number; sessions: { team: { workers: { name: string; pid: number }[] } }[] }>(['status']);
    process.kill(status.sessions[0]?.team.workers.find(({ name }) => name === 'desk dev 2')?.pid ?? 0, 'SIGKILL');
    await terminal.shows('that it is gone', (each) => /└ × dev 2 +gone/.test(each) && each.includes('1 gone') && each.includes('was killed'));
    process.kill(status.pid, 'SIGTERM');
    await asFound('\nended with 0');
  }, 180_000);

  it('is not taken with --no-tui, with --json, or without a terminal', async () => {
    await terminal.enter(`${MAESTRO} connect --no-tui --agent rehearsal --name desk; echo "ended with $?"`);
    const lines = await terminal.shows('lines', (each) => /\d\d:\d\d:\d\d {2}Connected to/.test(each));
    expect(lines).toContain('\nwhat was here');
    expect(await terminal.state()).toEqual({ alternate: false, cursor: true });
    await terminal.press('C-c');
    await asFound('\nended with 130');
    for (const [file, options] of [['json', '--json'], ['file', '']] as const) {
      const written = join(studio.folder, file);
      await terminal.enter(`${MAESTRO} connect ${options} --agent rehearsal --name desk > ${written} 2> ${written}.err; echo "${file} ended with $?"`);
      await waitFor('the connection', async () => (await readFile(`${written}${options === '' ? '.err' : ''}`, 'utf8').catch(() => '')).includes(options === '' ? 'Connected to' : '"event":"connected"'));
      expect((await terminal.state()).alternate).toBe(false);
      await terminal.press('C-c');
      await terminal.shows('the end', (each) => each.includes(`${file} ended with 130`));
      expect(await readFile(written, 'utf8')).not.toContain('\u001b');
    }
  }, 120_000);

  it('is shown by a second connect too, and quitting that one leaves the daemon alone', async () => {
    const daemon = await machine.start(['connect', '--no-tui', '--agent', 'rehearsal', '--name', 'desk', '--json'], repo);
    await daemon.event('connected');
    await terminal.enter(`${MAESTRO} connect --agent rehearsal --name desk; echo "ended with $?"`);
    await terminal.shows('the session', (each) => whole(WIDE, each) && /› ○ desk +idle/.test(each) && !each.includes('⚑'));
    await terminal.enter('quit');
    await asFound('\nended with 0');
    expect(daemon.code).toBeUndefined();
    daemon.signal('SIGTERM');
    expect(await daemon.exit()).toBe(0);
  }, 120_000);
});
