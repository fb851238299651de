import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlanTree, TeamView } from '@maestro/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listProcesses, readStartTime } from '../platform/process-tree.js';
import { userGit } from '../test-support/git-fixture.js';
import { waitFor } from '../test-support/wait-for.js';
import type { RealStudio, Started } from './test-support/real-studio.js';
import { TestMachine, startRealStudio } from './test-support/real-studio.js';

/** Agents that never end, with grandchildren in sessions of their own: what a kill has to find. */
const HANGING = (pids: string) => `maestro-rehearsal: 1
tasks:
  "*":
    implement:
      - steps:
          - spawn_children: { count: 4, file: ${pids} }
          - say: I am at work.
          - hang: true
`;
const THREE_TASKS = `title: Stock
goal: Count it
phases:
  - title: One
    tasks: [{ key: A, title: Count }, { key: B, title: Show }, { key: C, title: Warn }]
`;
const SECRET = 'a key of the tests, worth nothing';

let studio: RealStudio;
const machines: TestMachine[] = [];

beforeAll(async () => {
  studio = await startRealStudio();
});
afterAll(() => studio?.stop());
afterEach(async () => {
  await Promise.all(machines.splice(0).map((machine) => machine.close()));
});

interface Worker {
  readonly id: string;
  readonly name: string;
  readonly job: string;
  readonly pid: number;
}
interface Led {
  readonly machine: TestMachine;
  readonly repo: string;
  readonly lead: Started;
  readonly team: string;
  readonly workers: readonly Worker[];
  readonly children: () => Promise<readonly number[]>;
}

async function project(name: string): Promise<{ readonly machine: TestMachine; readonly repo: string; readonly pidFile: string }> {
  const pidFile = join(studio.folder, `${name}.pids`);
  const script = join(studio.folder, `${name}.yaml`);
  await writeFile(script, HANGING(pidFile));
  await writeFile(join(studio.folder, 'three.yaml'), THREE_TASKS);
  const machine = new TestMachine(studio.folder, `home-${name}`, { MAESTRO_REHEARSAL: script });
  machines.push(machine);
  const token = await studio.invite('architect');
  expect(await machine.maestro(['auth', '-', '--secret-store', 'file'], { stdin: `${token}\n` })).toMatchObject({ code: 0 });
  const remote = join(studio.folder, `${name}.git`);
  const repo = join(studio.folder, name);
  await mkdir(repo, { recursive: true });
  await userGit(studio.folder, ['init', '-q', '--bare', '-b', 'main', remote]);
  await userGit(repo, ['init', '-q', '-b', 'main']);
  await userGit(repo, ['remote', 'add', 'origin', remote]);
  await userGit(repo, ['commit', '-q', '--allow-empty', '-m', 'Begin']);
  await userGit(repo, ['push', '-q', 'origin', 'main']);
  await machine.json(['project', 'create', '--key', name.toUpperCase()], repo);
  return { machine, repo, pidFile };
}

/** A team whose workers have all said hello. */
async function led(name: string, wanted: readonly string[]): Promise<Led> {
  const { machine, repo, pidFile } = await project(name);
  const lead = await machine.start(['team', '--no-tui', '--agent', 'rehearsal', '--name', 'desk', '--json', ...wanted], repo);
  const { team, workers } = (await lead.event('team')) as unknown as { team: string; workers: readonly Worker[] };
  await waitFor('every worker to be connected', async () => (await viewOf(team)).workers.every(({ status }) => status === 'connected'), 60_000);
  const children = async () => (await readFile(pidFile, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '').map(Number);
  return { machine, repo, lead, team, workers, children };
}

const viewOf = (team: string) => studio.call<TeamView>('GET', `teams/${team}`);
const alive = (pids: readonly number[]) => {
  const living = new Set(listProcesses().map(({ pid }) => pid));
  return pids.filter((pid) => living.has(pid));
};
const goneWithin = (ms: number, pids: readonly number[]) => waitFor(`nothing to be left of ${pids.join(', ')}`, () => alive(pids).length === 0, ms);

/** Lets every worker begin something that never ends by itself, and answers with all processes there are then. */
async function atWork({ machine, repo, workers, team, children }: Led): Promise<readonly number[]> {
  await machine.json(['plan', 'import', join(studio.folder, 'three.yaml'), '--activate'], repo);
  const devs = workers.filter(({ job }) => job === 'dev').length;
  await waitFor('the workers to be at work', async () => (await viewOf(team)).workers.filter(({ status }) => status === 'working').length === devs, 60_000);
  return waitFor('their grandchildren', async () => {
    const pids = await children();
    return pids.length >= 4 ? [...pids, ...workers.map(({ pid }) => pid)] : undefined;
  }, 30_000);
}

describe('maestro team', () => {
  it('starts each worker as a process of its own, which has no secret where others can read it', async () => {
    const { machine, repo, lead, team, workers } = await led('own', ['--dev', '2', '--review', '1', '--test', '1']);
    expect(workers.map(({ name, job }) => [name, job])).toEqual([['desk dev 1', 'dev'], ['desk dev 2', 'dev'], ['desk review 1', 'review'], ['desk test 1', 'test']]);
    expect(new Set(workers.map(({ pid }) => pid)).size).toBe(4);
    for (const { pid } of workers) {
      expect(readStartTime(pid)).toBeDefined();
      const seen = `${await readFile(`/proc/${pid}/cmdline`, 'utf8')}\0${await readFile(`/proc/${pid}/environ`, 'utf8')}`;
      expect(seen).not.toContain(SECRET);
      expect(seen).not.toMatch(/eyJ[\w-]+\.[\w-]+/);
    }
    expect((await machine.json<{ sessions: { team: { workers: unknown[] } }[] }>(['status'])).sessions[0]?.team.workers).toHaveLength(4);
    expect((await machine.maestro(['status'])).stdout).toMatch(/desk test 1 +test +\d+ +alive/);

    expect(await machine.json(['steer', 'Keep', 'the public names.'], repo)).toMatchObject({ team, by: 'team' });
    expect((await viewOf(team)).steering).toMatchObject([{ text: 'Keep the public names.' }]);
    expect(await machine.json(['clear-steering'], repo)).toEqual({ team, cleared: 1 });

    lead.signal('SIGTERM');
    expect(await lead.exit()).toBe(0);
    expect(alive(workers.map(({ pid }) => pid))).toEqual([]);
    expect(await viewOf(team)).toMatchObject({ open: false });
    expect(await readdir(join(machine.home, 'teams'))).toEqual([]);
  }, 150_000);

  it('leaves nothing five seconds after its lead was killed, and the next lead starts anew', async () => {
    const here = await led('orphan', ['--dev', '3']);
    const all = await atWork(here);
    expect(alive(all).length).toBe(all.length);
    here.lead.signal('SIGKILL');
    await goneWithin(5_000, all);
    const again = await here.machine.start(['team', '--no-tui', '--agent', 'rehearsal', '--name', 'desk', '--json', '--review', '1'], here.repo);
    expect((await again.event('team'))['team']).not.toBe(here.team);
    expect(await viewOf(here.team)).toMatchObject({ open: false });
    again.signal('SIGTERM');
    expect(await again.exit()).toBe(0);
  }, 150_000);

  it('is ended by its workers where one of them hangs', async () => {
    const here = await led('stopped', ['--dev', '2']);
    const all = await atWork(here);
    const [first] = here.workers;
    if (first === undefined) throw new Error('two workers');
    process.kill(first.pid, 'SIGSTOP');
    here.lead.signal('SIGKILL');
    await goneWithin(5_000, all);
  }, 150_000);

  it('is ended by the next daemon where all of its workers hang', async () => {
    const here = await led('frozen', ['--dev', '2']);
    const all = await atWork(here);
    for (const { pid } of here.workers) process.kill(pid, 'SIGSTOP');
    here.lead.signal('SIGKILL');
    const restarted = await here.machine.start(['connect', '--no-tui', '--agent', 'rehearsal', '--name', 'desk', '--json'], here.repo);
    await restarted.event('connected');
    await goneWithin(5_000, all);
    await waitFor('the studio to hear of it', async () => (await viewOf(here.team)).workers.every(({ status }) => status === 'ended'));
    restarted.signal('SIGTERM');
    expect(await restarted.exit()).toBe(0);
  }, 150_000);

  it('ends a worker that is killed with everything it started, and says so', async () => {
    const here = await led('killed', ['--dev', '1', '--review', '1']);
    const all = await atWork(here);
    const [dev, review] = here.workers;
    if (dev === undefined || review === undefined) throw new Error('two workers');
    process.kill(dev.pid, 'SIGKILL');
    await goneWithin(5_000, all.filter((pid) => pid !== review.pid));
    await waitFor('the studio to hear of it', async () => (await viewOf(here.team)).workers[0]?.status === 'ended');
    expect((await viewOf(here.team)).workers).toMatchObject([{ endedBy: 'killed' }, { status: 'connected' }]);
    expect((await here.machine.json<PlanTree>(['plan', 'show'], here.repo)).tasks.length).toBe(3);
    here.lead.signal('SIGTERM');
    expect(await here.lead.exit()).toBe(0);
  }, 150_000);

  it('ends when the studio is told to end it', async () => {
    const here = await led('told', ['--dev', '1']);
    await studio.call('POST', `teams/${here.team}/close`);
    await goneWithin(15_000, here.workers.map(({ pid }) => pid));
    expect(here.lead.code).toBeUndefined();
    here.lead.signal('SIGTERM');
    expect(await here.lead.exit()).toBe(0);
  }, 150_000);

  it('refuses more workers than the policy allows, and leaves nothing running', async () => {
    const { machine, repo } = await project('limit');
    const found = (await studio.call<{ data: { id: string; key: string }[] }>('GET', `workspaces/${studio.workspace}/projects`)).data.find(({ key }) => key === 'LIMIT');
    await studio.call('PATCH', `projects/${found?.id ?? ''}`, { policy: { maxWorkers: 1 } });
    const said = await machine.maestro(['team', '--no-tui', '--agent', 'rehearsal', '--dev', '2'], { cwd: repo });
    expect(said.stderr).toContain('allows a team 1 worker, not 2');
    expect(said.code).not.toBe(0);
    expect(await machine.json(['status'])).toEqual({ running: false });
  }, 60_000);
});
