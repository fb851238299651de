import { mkdir, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { PlanTree, PlanView, ProjectView, RunView, TaskDetail, TaskView, TaskWhy } from '@maestro/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { userGit } from '../test-support/git-fixture.js';
import { waitFor } from '../test-support/wait-for.js';
import type { RealStudio } from './test-support/real-studio.js';
import { BIN, TestMachine, startRealStudio } from './test-support/real-studio.js';

const PROPOSAL = `title: Negative stock
goal: Refuse it
phases:
  - title: One
    tasks:
      - key: A
        title: Refuse negative stock
      - key: B
        title: Tell the user
        dependsOn: [A]
`;
const SCRIPT = `maestro-rehearsal: 1
tasks:
  "*":
    implement:
      - steps:
          - say: I am at work.
          - write: { path: src/stock.js, content: "export const stock = 0;\\n" }
          - commit: Refuse negative stock
          - say: It is done.
    review:
      - steps:
          - verdict: { verdict: approved }
`;

let studio: RealStudio;
let files = '';

beforeAll(async () => {
  studio = await startRealStudio();
  files = studio.folder;
  await writeFile(join(files, 'plan.yaml'), PROPOSAL);
  await writeFile(join(files, 'one-task.yaml'), PROPOSAL.slice(0, PROPOSAL.indexOf('      - key: B')));
  await writeFile(join(files, 'script.yaml'), SCRIPT);
});
afterAll(() => studio?.stop());

/** A bare remote with one commit, and a clone of it. */
async function clone(name: string): Promise<string> {
  const remote = join(files, `${name}.git`);
  const path = join(files, name);
  await mkdir(path, { recursive: true });
  await userGit(files, ['init', '-q', '--bare', '-b', 'main', remote]);
  await userGit(path, ['init', '-q', '-b', 'main']);
  await userGit(path, ['remote', 'add', 'origin', remote]);
  await userGit(path, ['commit', '-q', '--allow-empty', '-m', 'Begin']);
  await userGit(path, ['push', '-q', 'origin', 'main']);
  return path;
}

async function signedIn(name: string, role = 'architect', env: Readonly<Record<string, string>> = {}): Promise<TestMachine> {
  const machine = new TestMachine(files, name, { MAESTRO_REHEARSAL: join(files, 'script.yaml'), ...env });
  const said = await machine.maestro(['auth', '-', '--secret-store', 'file'], { stdin: `${await studio.invite(role)}\n` });
  expect(said, said.stderr).toMatchObject({ code: 0 });
  return machine;
}

/** An address of this machine that was free a moment ago. */
async function addressOfNobody(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

/** Exactly one `error:` and one `try:` line, and nothing on standard output. */
function refusal(said: { stdout: string; stderr: string; code: number | null }) {
  const [error = '', remedy = '', ...rest] = said.stderr.trimEnd().split('\n');
  expect(rest, said.stderr).toEqual([]);
  expect(error).toMatch(/^error: [A-Z0-9"/].*[.?]$/);
  expect(remedy).toMatch(/^try: \S/);
  return { code: said.code, stdout: said.stdout, error: error.slice('error: '.length), remedy: remedy.slice('try: '.length) };
}

describe('without a studio', () => {
  it('tells its version without loading anything else', async () => {
    const machine = new TestMachine(files, 'nobody');
    // Everything but the bin itself would have to be resolved from where it is not.
    const said = await machine.program(process.execPath, ['--import', 'data:text/javascript,import{register}from"node:module";register("data:text/javascript,export function resolve(s,c,n){if(s.includes(`dist`)||s.startsWith(`commander`))throw new Error(s);return n(s,c)}")', BIN, '--version']);
    expect(said).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
    expect((await machine.maestro(['--help'])).stdout).toMatch(/^Usage: maestro/);
  });

  it('says in each case what is missing', async () => {
    const machine = new TestMachine(files, 'nobody');
    expect(refusal(await machine.maestro(['plan', 'list']))).toMatchObject({ code: 3, error: 'This machine is not signed in at any studio.' });
    expect(refusal(await machine.maestro(['disconnect']))).toMatchObject({ code: 5, remedy: 'maestro connect' });
    expect(refusal(await machine.maestro(['auth', 'nonsense']))).toMatchObject({ code: 1 });
    expect(refusal(await machine.maestro(['auth', '-'], { stdin: '' }))).toMatchObject({ code: 2 });
    expect(refusal(await machine.maestro(['plan', 'list'], { env: { MAESTRO_STUDIO: 'nonsense' } }))).toMatchObject({ code: 2 });
    expect(refusal(await machine.maestro(['logs']))).toMatchObject({ code: 5 });
    expect(await machine.maestro(['status', '--json'])).toMatchObject({ code: 0, stdout: '{\n  "running": false\n}\n' });
    expect((await machine.maestro([])).stdout).toContain('Next: maestro auth <invite>');
  });

  it('is well when its reader leaves', async () => {
    const machine = new TestMachine(files, 'nobody');
    const said = await machine.program('/bin/sh', ['-c', '"$0" "$1" completion bash | head -1; exit 0', process.execPath, BIN]);
    expect(said.stderr).toBe('');
    expect(said.stdout).toContain('# maestro completion for bash');
  });

  it('completes commands, options and their values in a real bash', async () => {
    const machine = new TestMachine(files, 'nobody');
    const ask = 't() { COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _maestro; echo "${COMPREPLY[@]}"; }';
    const asked = ['maestro pla', 'maestro plan re', 'maestro auth --secret-store ""', 'maestro plan export x --form', 'maestro completion z', 'maestro plan import ""'];
    const said = await machine.program('bash', ['-c', `source <("$0" "$1" completion bash); ${ask}; ${asked.map((words) => `t ${words}`).join('; ')}`, process.execPath, BIN]);
    expect(said.stderr).toBe('');
    expect(said.stdout.split('\n').slice(0, 5)).toEqual(['plan', 'resume release retry-bootstrap', 'keyring file', '--format', 'zsh']);
  });
});

describe('signing in', () => {
  it('takes an invite once, keeps no secret in the clear, and tells who it is', async () => {
    const machine = new TestMachine(files, 'desk');
    const token = await studio.invite('architect');
    const said = await machine.maestro(['auth', '-', '--secret-store', 'file', '--name', 'Ada', '--json'], { stdin: `${token}\n` });
    expect(JSON.parse(said.stdout)).toMatchObject({ studio: studio.url, user: { name: 'Ada' }, membership: { workspaceSlug: 'acme', roles: ['architect'] }, secretStore: 'file', projects: [] });
    expect(refusal(await machine.maestro(['auth', token, '--secret-store', 'file']))).toMatchObject({ code: 6, remedy: 'ask for a new invite: each works once' });
    for (const file of ['config.toml', 'secrets.enc', 'machine.id']) expect((await stat(join(machine.home, file))).mode & 0o777, file).toBe(0o600);
    expect((await machine.maestro([])).stdout).toContain('as Ada in Acme');
  });

  it('keeps the invite when the secrets cannot be kept', async () => {
    const machine = new TestMachine(files, 'keyless', { MAESTRO_SECRET_KEY: 'short' });
    const token = await studio.invite('developer');
    expect(refusal(await machine.maestro(['auth', token, '--secret-store', 'file']))).toMatchObject({ code: 1, error: expect.stringContaining('shorter than') as string });
    expect(await machine.maestro(['auth', token, '--secret-store', 'file'], { env: { MAESTRO_SECRET_KEY: 'long enough for a key' } })).toMatchObject({ code: 0 });
  });

  it('says when the studio cannot be reached, with its causes only when asked', async () => {
    const machine = new TestMachine(files, 'away');
    // An invite's address may be replaced, for a studio that is reached by another name from here.
    const nobody = await addressOfNobody();
    const argv = ['auth', await studio.invite('developer'), '--secret-store', 'file', '--studio', nobody];
    expect(refusal(await machine.maestro(argv))).toMatchObject({ code: 7, error: `The studio at ${nobody} cannot be reached: nothing listens there.` });
    const verbose = await machine.maestro([...argv, '--verbose']);
    expect(verbose.stderr.split('\n').filter((line) => line.startsWith('cause: ')).length).toBeGreaterThan(1);
    expect(verbose.stderr).not.toMatch(/^ +at /m);
  });
});

describe('projects', () => {
  it('are made of a clone, found by it, and set', async () => {
    const machine = await signedIn('maker', 'admin');
    const repo = await clone('make');
    expect(refusal(await machine.maestro(['plan', 'list'], { cwd: repo }))).toMatchObject({ code: 5, error: `The studio has no project for ${repo}.git.` });
    const made = await machine.json<ProjectView>(['project', 'create', '--key', 'make', '--name', 'Maker'], repo);
    expect(made).toMatchObject({ key: 'MAKE', name: 'Maker', provider: 'manual', baseBranch: 'main' });
    expect(await machine.json<ProjectView>(['project', 'show'], repo)).toMatchObject({ id: made.id });
    expect(refusal(await machine.maestro(['project', 'create'], { cwd: repo }))).toMatchObject({ code: 6 });
    expect(refusal(await machine.maestro(['project', 'create'], { cwd: files }))).toMatchObject({ code: 2 });
    expect(await machine.json<ProjectView>(['project', 'set', 'concurrency.project', '7'], repo)).toMatchObject({ policy: { concurrency: { project: 7, session: 4 }, revisionCap: 3 } });
    expect(refusal(await machine.maestro(['project', 'set', 'revisonCap', '7'], { cwd: repo }))).toMatchObject({ code: 2, remedy: 'revisionCap' });
    expect((await machine.maestro(['project', 'list'])).stdout).toMatch(/^key .*\n(.*\n)*MAKE +Maker +main +manual:/);
    const developer = await signedIn('guest', 'developer');
    expect(refusal(await developer.maestro(['project', 'set', 'revisionCap', '7'], { cwd: repo }))).toMatchObject({ code: 4 });
  });

  it.skipIf(process.platform !== 'linux')('are offered by connect to a person at a terminal', async () => {
    const machine = await signedIn('asker');
    const repo = await clone('ask');
    expect(refusal(await machine.maestro(['connect'], { cwd: repo }))).toMatchObject({ code: 5, remedy: 'maestro project create' });
    const answered = async (answer: string) => machine.program('script', ['-qec', `"${process.execPath}" "${BIN}" connect --agent nonsense`, '/dev/null'], { cwd: repo, stdin: `${answer}\n` });
    expect((await answered('n')).stdout).toContain('Make one? [y/N]');
    expect(await machine.json<ProjectView[]>(['project', 'list'])).not.toContainEqual(expect.objectContaining({ name: 'ask' }));
    const yes = await answered('y');
    expect(yes.stdout).toContain('Made ASK (ask).');
    // The agent does not exist, which ends it there; the project stays.
    expect(yes.stdout).toContain('There is no agent "nonsense"');
    expect(await machine.json<ProjectView[]>(['project', 'list'])).toContainEqual(expect.objectContaining({ name: 'ask' }));
  });
});

describe('plans and tasks', () => {
  let machine: TestMachine;
  let repo = '';

  beforeAll(async () => {
    machine = await signedIn('planner');
    repo = await clone('shop');
    await machine.json(['project', 'create', '--key', 'SHOP'], repo);
  });

  it('refuses a proposal with every problem and its line, and makes nothing', async () => {
    const wrong = PROPOSAL.replace('[A]', '[C]').replace('title: Refuse negative stock', 'title: ""');
    const said = await machine.maestro(['plan', 'import', '-'], { cwd: repo, stdin: wrong });
    expect(said.code).toBe(1);
    expect(said.stderr).toMatch(/^error: .*\n(error: line \d+.*\n){2,}try: .*\n$/);
    expect(await machine.json(['plan', 'list', '--all'], repo)).toEqual([]);
    expect(refusal(await machine.maestro(['plan', 'import', 'missing.yaml'], { cwd: repo }))).toMatchObject({ code: 5 });
    expect(refusal(await machine.maestro(['plan', 'import', '-'], { cwd: repo, stdin: ' ' }))).toMatchObject({ code: 2 });
  });

  it('imports, finds by title, exports what import reads, and goes through its states', async () => {
    const tree = await machine.json<PlanTree>(['plan', 'import', join(files, 'plan.yaml')], repo);
    expect(tree).toMatchObject({ title: 'Negative stock', status: 'draft', tasks: [{ key: 'SHOP-1' }, { key: 'SHOP-2' }] });
    for (const name of [[], ['neg'], [tree.id], [tree.id.slice(-6)]]) expect(await machine.json<PlanTree>(['plan', 'show', ...name], repo)).toMatchObject({ id: tree.id });
    const exported = await machine.maestro(['plan', 'export', '--format', 'md'], { cwd: repo });
    const again = await machine.maestro(['plan', 'import', '-', '--title', 'Negative again', '--json'], { cwd: repo, stdin: exported.stdout });
    expect(JSON.parse(again.stdout)).toMatchObject({ title: 'Negative again', tasks: [{ title: 'Refuse negative stock' }, { title: 'Tell the user' }] });
    expect(refusal(await machine.maestro(['plan', 'show', 'neg'], { cwd: repo }))).toMatchObject({ code: 2, error: expect.stringContaining('2 plans fit') as string });
    expect(refusal(await machine.maestro(['plan', 'show', 'none such'], { cwd: repo }))).toMatchObject({ code: 5 });
    expect(await machine.json(['plan', 'preview', 'negative stock'], repo)).toMatchObject({ levels: [['SHOP-1'], ['SHOP-2']], criticalPath: ['SHOP-1', 'SHOP-2'] });
    expect(await machine.json<PlanView>(['plan', 'cancel', 'Negative again'], repo)).toMatchObject({ status: 'cancelled' });
    expect(await machine.json<PlanView>(['plan', 'archive', 'Negative again'], repo)).toMatchObject({ status: 'archived' });
    expect(await machine.json<PlanView>(['plan', 'activate'], repo)).toMatchObject({ status: 'active', epicBranch: expect.stringMatching(/^epic\//) as string });
    expect(await machine.json<PlanView>(['plan', 'pause', '--stop'], repo)).toMatchObject({ status: 'paused' });
    expect(await machine.json<PlanView>(['plan', 'resume'], repo)).toMatchObject({ status: 'active' });
    expect(refusal(await machine.maestro(['plan', 'release'], { cwd: repo }))).toMatchObject({ code: 6 });
    expect((await machine.json<PlanView[]>(['plan', 'list'], repo)).map(({ title }) => title)).toEqual(['Negative stock']);
  });

  it('pauses and resumes a project for those who run plans, and the workspace for those who manage it', async () => {
    expect(await machine.json(['project', 'pause', '--why', 'Release week'], repo)).toMatchObject({ scope: 'project', why: 'Release week' });
    expect((await machine.maestro(['session', 'list'], { cwd: repo })).stdout).toMatch(/^The project is paused by .+ \(Release week\)\.\nNo machine is connected for SHOP\.\n$/);
    expect(await machine.json(['project', 'resume'], repo)).toEqual({});
    expect(refusal(await machine.maestro(['workspace', 'pause']))).toMatchObject({ code: 4 });
    const keeper = await signedIn('keeper', 'admin');
    expect((await keeper.maestro(['workspace', 'pause', '--why', 'The disk is full'])).stdout).toMatch(/ is paused \(The disk is full\); what is at work may end\. Go on with: maestro workspace resume\n$/);
    expect((await machine.json<TaskWhy>(['why', 'SHOP-1'])).waitingFor.join()).toMatch(/The workspace is paused by .+: The disk is full\. Resume it\./);
    expect(await keeper.json(['workspace', 'resume'])).toEqual({});
  });

  it('offers, accepts and declines tasks', async () => {
    expect(refusal(await machine.maestro(['task', 'accept'], { cwd: repo }))).toMatchObject({ code: 5, error: 'No task is offered to you.' });
    await machine.json(['task', 'assign', 'shop-1', 'me'], repo);
    await machine.json(['task', 'assign', 'SHOP-2', 'me'], repo);
    expect(refusal(await machine.maestro(['task', 'accept'], { cwd: repo }))).toMatchObject({ code: 2, error: expect.stringContaining('2 tasks are offered to you') as string });
    expect((await machine.json<TaskView[]>(['task', 'list', '--mine'])).map(({ key }) => key)).toEqual(['SHOP-1', 'SHOP-2']);
    expect((await machine.maestro([], { cwd: repo })).stdout).toContain('SHOP-1 is offered to you');
    expect(await machine.json<TaskView>(['task', 'decline', 'SHOP-2', '--why', 'away'])).toMatchObject({ assignee: null });
    expect(await machine.json<TaskView>(['task', 'accept'])).toMatchObject({ key: 'SHOP-1', acceptedAt: expect.any(String) as string });
    expect(refusal(await machine.maestro(['task', 'assign', 'SHOP-1', 'Nobody Known'], { cwd: repo }))).toMatchObject({ code: 5 });
    await machine.json(['task', 'assign', 'SHOP-1', 'nobody'], repo);
  });

  it('comments, stops, shows and unblocks', async () => {
    await machine.json(['task', 'comment', 'SHOP-2', 'Ada', 'knows', 'this'], repo);
    expect(await machine.json<TaskView>(['task', 'stop', 'SHOP-2', '--why', 'wrong track'])).toMatchObject({ blocked: { code: 'stopped' } });
    expect(await machine.json<TaskDetail>(['task', 'show', 'SHOP-2'])).toMatchObject({ key: 'SHOP-2', comments: [{ text: 'Ada knows this' }] });
    expect((await machine.maestro(['task', 'show', 'SHOP-2'])).stdout).toMatch(/You can: maestro task unblock SHOP-2 \S+/);
    expect((await machine.maestro([], { cwd: repo })).stdout).toContain('Next: maestro task show SHOP-2');
    expect(await machine.json<TaskView>(['task', 'unblock', 'SHOP-2', 'start'])).toMatchObject({ blocked: null });
    expect(refusal(await machine.maestro(['task', 'unblock', 'SHOP-2', 'start'], { cwd: repo }))).toMatchObject({ code: 6 });
    expect(refusal(await machine.maestro(['task', 'approve', 'SHOP-2']))).toMatchObject({ code: 2, error: 'Say which commit you looked at.' });
    expect(refusal(await machine.maestro(['task', 'show', 'SHOP-99'], { cwd: repo }))).toMatchObject({ code: 5, error: 'There is no task SHOP-99.' });
    expect(refusal(await machine.maestro(['task', 'show', 'NONE-1'], { cwd: repo }))).toMatchObject({ code: 5 });
    expect(await machine.json<TaskWhy>(['why', 'SHOP-1'])).toMatchObject({ key: 'SHOP-1', waitingFor: [expect.any(String)] });
  });

  it('shows titles of others without what a terminal would act on', async () => {
    const proposal = PROPOSAL.replace('title: Negative stock', 'title: "Esc \\e[2J\\e]0;owned\\a"');
    const said = await machine.maestro(['plan', 'import', '-'], { cwd: repo, stdin: proposal });
    const shown = said.code === 0 ? (await machine.maestro(['plan', 'list'], { cwd: repo })).stdout : said.stderr;
    expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
    if (said.code === 0) await machine.json(['plan', 'cancel', 'Esc'], repo);
  });
});

describe('connecting', () => {
  const machines: TestMachine[] = [];
  afterEach(async () => {
    await Promise.all(machines.splice(0).map((machine) => machine.close()));
  });

  async function connectable(name: string, key: string): Promise<{ machine: TestMachine; repo: string }> {
    const machine = await signedIn(name);
    machines.push(machine);
    const repo = await clone(name);
    await machine.json(['project', 'create', '--key', key], repo);
    return { machine, repo };
  }

  const CONNECT = ['connect', '--no-tui', '--agent', 'rehearsal', '--name', 'desk', '--capacity', '2', '--json'];

  it('takes a plan from activation to done, and tells about it', async () => {
    const { machine, repo } = await connectable('worker', 'WORK');
    const daemon = await machine.start(CONNECT, repo);
    expect(await daemon.event('connected')).toMatchObject({ project: 'WORK', studio: studio.url, name: 'desk', session: expect.stringMatching(/^[0-9a-f-]{36}$/) as string });
    const view = await machine.json<{ running: boolean; sessions: { project: { key: string }; link: { state: string }; agents: string[] }[] }>(['status']);
    expect(view).toMatchObject({ running: true, sessions: [{ project: { key: 'WORK' }, capacity: 2, agents: ['rehearsal'], link: { state: 'online' } }] });
    await machine.json(['plan', 'import', join(files, 'one-task.yaml'), '--activate'], repo);
    const followed = await waitFor('a run of WORK-1', async () => (await machine.json<RunView[]>(['run', 'list', '--task', 'WORK-1'])).find((run) => run.purpose === 'implement'), 40_000);
    const transcript = await machine.maestro(['run', 'logs', '-f', followed.id]);
    expect(transcript.stdout).toContain('It is done.');
    expect((await machine.maestro(['logs', followed.id.slice(-8)])).stdout).toContain('It is done.');
    await waitFor('the plan to be done', async () => (await machine.json<PlanTree>(['plan', 'show'], repo)).tasks.every((task) => task.status === 'done'), 50_000);
    expect((await machine.maestro(['plan', 'show'], { cwd: repo })).stdout).toContain('1 of 1 task done');
    expect(await machine.json<RunView>(['run', 'show', 'WORK-1'])).toMatchObject({ purpose: 'merge', status: 'succeeded', sessionName: 'desk' });
    expect((await machine.maestro(['task', 'show', 'WORK-1'])).stdout).toContain('approved by');
    expect(await machine.json(['disconnect'])).toEqual({ left: ['WORK'] });
    expect(await daemon.exit()).toBe(0);
    expect(daemon.events.map(({ event }) => event)).toEqual(['connecting', 'connected', 'disconnected']);
    expect(await machine.json(['status'])).toEqual({ running: false });
  }, 150_000);

  it('hands its project to the daemon that runs, and only watches it there', async () => {
    const { machine, repo } = await connectable('hands', 'HAND');
    const other = await clone('hands-other');
    await machine.json(['project', 'create', '--key', 'OTHER'], other);
    const daemon = await machine.start(CONNECT, repo);
    await daemon.event('connected');
    const second = await machine.start(CONNECT, other);
    expect(await second.event('connected')).toMatchObject({ project: 'OTHER' });
    second.signal('SIGINT');
    expect(await second.exit()).toBe(130);
    const third = await machine.start(CONNECT, other);
    await third.event('connected');
    expect((await machine.maestro(['status'])).stdout).toMatch(/HAND[^]*OTHER/);
    expect(await machine.json(['disconnect', 'other'])).toEqual({ left: ['OTHER'] });
    expect(await third.exit()).toBe(0);
    expect(await third.event('disconnected')).toMatchObject({ project: 'OTHER' });
    expect(refusal(await machine.maestro(['disconnect', 'OTHER']))).toMatchObject({ code: 5 });
    daemon.signal('SIGTERM');
    expect(await daemon.exit()).toBe(0);
  });

  it('gives a worker a process and a session of its own', async () => {
    const { machine, repo } = await connectable('team', 'TEAM');
    const lead = await machine.start(CONNECT, repo);
    const { session } = await lead.event('connected');
    const worker = await machine.start([...CONNECT.map((word) => (word === 'desk' ? 'hand' : word)), '--role', 'worker', '--purposes', 'implement'], repo);
    const own = await worker.event('connected');
    expect(own).toMatchObject({ project: 'TEAM', name: 'hand' });
    expect(own['session']).not.toBe(session);
    expect(await machine.json(['status'])).toMatchObject({ sessions: [{ name: 'desk', link: { state: 'online', session } }] });
    // One of two machines rests: by its name, by the end of its id, and never by guess.
    expect(await machine.json(['session', 'pause', 'Hand', '--why', 'A demo'], repo)).toMatchObject({ scope: 'session', subject: own['session'], why: 'A demo' });
    expect((await machine.maestro(['session', 'list'], { cwd: repo })).stdout).toMatch(/desk .*online +0 of 2[^]*hand .*online, paused by .+ \(A demo\) +0 of 2|hand .*online, paused by .+ \(A demo\) +0 of 2[^]*desk .*online +0 of 2/);
    expect(refusal(await machine.maestro(['session', 'resume'], { cwd: repo }))).toMatchObject({ code: 2, error: expect.stringContaining('2 sessions fit') as string });
    expect(refusal(await machine.maestro(['session', 'resume', 'nobody'], { cwd: repo }))).toMatchObject({ code: 5 });
    expect(await machine.json(['session', 'resume', String(own['session']).slice(-8)], repo)).toEqual({});
    expect(await machine.json(['session', 'list', '--project', 'TEAM'])).toMatchObject({ sessions: [{}, {}], pauses: [] });
    expect(await machine.json(['disconnect'])).toEqual({ left: ['TEAM'] });
    expect(await lead.exit()).toBe(0);
    expect(worker.code).toBeUndefined();
    worker.signal('SIGTERM');
    expect(await worker.exit()).toBe(0);
  });

  it('leaves in good order on Ctrl-C, and forgets an ephemeral sign-in', async () => {
    const { machine, repo } = await connectable('gone', 'GONE');
    const daemon = await machine.start([...CONNECT, '--ephemeral'], repo);
    await daemon.event('connected');
    daemon.signal('SIGINT');
    expect(await daemon.exit()).toBe(130);
    expect(daemon.events.at(-1)).toMatchObject({ event: 'disconnected', project: 'GONE' });
    expect(refusal(await machine.maestro(['project', 'list']))).toMatchObject({ code: 3 });
  });

  it('refuses what cannot be, before it connects', async () => {
    const { machine, repo } = await connectable('strict', 'STRICT');
    expect(refusal(await machine.maestro(['connect', '--agent', 'nonsense'], { cwd: repo }))).toMatchObject({ code: 2, error: expect.stringContaining('nonsense') as string });
    expect(refusal(await machine.maestro(['connect', '--project', 'NONE'], { cwd: repo }))).toMatchObject({ code: 5 });
    expect(refusal(await machine.maestro(['connect', '--team-channel', 'blue'], { cwd: repo }))).toMatchObject({ code: 2 });
    expect(refusal(await machine.maestro(['connect', '--role', 'worker', '--lifeline'], { cwd: repo }))).toMatchObject({ code: 6 });
    // Only the studio knows the channels, so this one is told by it.
    const nowhere = await machine.maestro(['connect', '--agent', 'rehearsal', '--role', 'worker', '--team-channel', 'blue'], { cwd: repo });
    expect(nowhere).toMatchObject({ code: 6, stderr: expect.stringContaining('leads no team with that channel') as string });
    expect(await machine.json(['status'])).toEqual({ running: false });
  });

  it('lets a person work by hand, and say that it is done', async () => {
    const { machine, repo } = await connectable('hand', 'MAN');
    const daemon = await machine.start(['connect', '--agent', 'manual', '--purposes', 'bootstrap_epic,implement', '--json'], repo);
    await daemon.event('connected');
    await machine.json(['plan', 'import', join(files, 'plan.yaml'), '--activate'], repo);
    const run = await waitFor('the work to be given to a person', async () => (await machine.json<{ sessions: { runs: { run: string; taskKey?: string; state: string; agent?: string }[] }[] }>(['status'])).sessions[0]?.runs.find((each) => each.state === 'running' && each.agent === 'manual'), 40_000);
    expect(run.taskKey).toBe('MAN-1');
    const lane = await waitFor('the lane to be named', async () => /Work in (\S+) and say/.exec((await machine.maestro(['logs', 'MAN-1'])).stdout)?.[1], 20_000);
    expect(await machine.json(['steer', '--task', 'man-1', 'Mind', 'the', 'tests'])).toMatchObject({ taskKey: 'MAN-1', by: 'daemon' });
    await writeFile(join(lane, 'by-hand.js'), 'export const byHand = true;\n');
    expect(await machine.json(['done', '-m', 'Done by hand'], lane)).toMatchObject({ run: run.run, taskKey: 'MAN-1' });
    await waitFor('the work to be taken', async () => (await machine.json<TaskView>(['task', 'show', 'MAN-1'])).status === 'in_review', 40_000);
    expect(refusal(await machine.maestro(['done'], { cwd: repo }))).toMatchObject({ code: 5 });
  });

  it('lets the doctor find everything well, and say what is not', async () => {
    const { machine, repo } = await connectable('doctor', 'DOC');
    const { ok, checks } = await machine.json<{ ok: boolean; checks: { name: string; state: string }[] }>(['doctor'], repo);
    expect(ok).toBe(true);
    expect(checks.filter(({ name }) => name !== 'agent' && name !== 'sandbox').map(({ name, state }) => `${name} ${state}`)).toEqual(['node good', 'git good', 'home good', 'secrets good', 'studio good', 'clock good', 'project good']);
    const keyless = await machine.maestro(['doctor'], { cwd: repo, env: { MAESTRO_SECRET_KEY: '' } });
    expect(keyless.code).toBe(1);
    expect(keyless.stdout).toMatch(/bad +secrets +.*\n +try: set MAESTRO_SECRET_KEY/);
  });
});
