import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openControl } from './features/control/index.js';
import { listProcesses } from './platform/process-tree.js';
import { bundle } from './test-support/bundle.js';
import type { Bundle } from './test-support/bundle.js';
import { FakeStudio } from './test-support/fake-studio.js';
import type { PacketInput } from './test-support/fake-studio.js';
import { PATH } from './test-support/git-fixture.js';
import { makeMachine } from './test-support/machine-fixture.js';
import type { MachineFixture } from './test-support/machine-fixture.js';
import { waitFor } from './test-support/wait-for.js';

let program: Bundle;
let folder: string;
let studio: FakeStudio;
let machine: MachineFixture;
const started = new Set<ChildProcess>();

beforeAll(async () => {
  program = await bundle('test-support/daemon-main.ts');
});
afterAll(() => program.remove());

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'maestro-d-')));
  studio = await FakeStudio.start();
  machine = await makeMachine(folder);
  await writeFile(join(machine.home, 'config.toml'), `[agents.shell]\ncommand = "${join(folder, 'agent')}"\n`);
  await machine.script('agent', ['cat > /dev/null']);
  const request = { studio: studio.url, project: { id: machine.projectId, key: 'SHOP', name: 'Shop' }, name: 'desk', role: 'lead', purposes: ['implement', 'merge', 'bootstrap_epic'], skills: [], agents: ['shell'], capacity: 2 };
  await writeFile(join(folder, 'setup.json'), JSON.stringify({ machineId: await machine.ports.machineId(), project: await machine.ports.project('', ''), request }));
});
afterEach(async () => {
  for (const child of started) await end(child, 'SIGKILL');
  started.clear();
  await studio.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const alive = (pid: number) => listProcesses().some((entry) => entry.pid === pid);
const connected = () =>
  waitFor('a connection', () => {
    const dead = [...started].find((child) => child.exitCode !== null);
    if (dead !== undefined) throw new Error(`the daemon ended with ${dead.exitCode ?? ''}; see its message above`);
    return studio.connections > 0;
  });

function startDaemon(): ChildProcess & { text: string } {
  const env = { PATH, HOME: folder, MAESTRO_HOME: machine.home };
  const child = spawn(process.execPath, [program.file, join(folder, 'setup.json')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const daemon = Object.assign(child, { text: '' });
  child.stdout.on('data', (chunk: Buffer) => {
    daemon.text += chunk.toString('utf8');
  });
  started.add(child);
  return daemon;
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  started.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  child.kill(signal);
  return exited;
}

async function bootstrap(): Promise<void> {
  const packet = machine.packet('bootstrap_epic');
  studio.offer(packet);
  await waitFor('the epic', () => studio.outcomes.has(packet.run));
}

/** Gives the agent work; answers when it has written the pids of itself and of a child that left its group. */
async function beginWork(...afterwards: string[]): Promise<{ packet: PacketInput; pids: number[] }> {
  const file = join(folder, 'pids');
  await machine.script('agent', ['cat > /dev/null', 'echo kept > shop-1.txt', `setsid sleep 600 & echo $! >> ${file}`, `echo $$ >> ${file}`, ...afterwards]);
  const packet = machine.packet('implement', { task: machine.task('SHOP-1') });
  studio.offer(packet);
  const pids = await waitFor('the agent', async () => {
    const lines = (await readFile(file, 'utf8').catch(() => '')).trim().split('\n');
    return lines.length === 2 && lines.map(Number);
  });
  return { packet, pids };
}

describe('a daemon that is killed', () => {
  it('leaves no agent behind for longer than until its next start, and says what became of the run', async () => {
    const first = startDaemon();
    await connected();
    await bootstrap();
    const { packet, pids } = await beginWork('sleep 600');
    await end(first, 'SIGKILL');
    expect(pids.filter(alive)).toHaveLength(2);

    startDaemon();
    const outcome = await waitFor('the outcome', () => studio.outcomes.get(packet.run)?.[0]);
    expect(outcome).toMatchObject({ kind: 'failed', class: 'crash' });
    expect(pids.filter(alive)).toEqual([]);
    expect(studio.callsOf('session/hello').at(-1)).toMatchObject({ runs: [{ run: packet.run, epoch: 1 }] });
    const lane = (await readFile(join(machine.home, 'projects', machine.projectId, 'lane-records', `${packet.task!.id}.json`), 'utf8').then(JSON.parse)) as { path: string };
    expect(await readFile(join(lane.path, 'shop-1.txt'), 'utf8')).toBe('kept\n');
    const seqs = studio.events.get(packet.run)?.map(({ seq }) => seq) ?? [];
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  });

  it('while nobody listened: tells the outcome that it had written down, once', async () => {
    const first = startDaemon();
    await connected();
    await bootstrap();
    const go = join(folder, 'go');
    const { packet } = await beginWork(`while [ ! -e ${go} ]; do sleep 0.05; done`, 'echo done');
    studio.cut();
    await writeFile(go, '');
    const journal = () => machine.ports.journals.read(packet.run).then((found) => found?.state);
    await waitFor('the agent to end', async () => (await journal())?.steps.get('agent')?.['state'] === 'ended');
    await end(first, 'SIGKILL');
    studio.heal();
    startDaemon();
    // The agent had ended, so the rest is done without it.
    expect(await waitFor('the outcome', () => studio.outcomes.get(packet.run)?.[0])).toMatchObject({ kind: 'produced', filesChanged: 1 });
    await waitFor('the settlement', async () => (await journal())?.settled === 'acknowledged');
    expect(studio.outcomes.get(packet.run)).toHaveLength(1);
  });

  it('in the middle of a landing: the next start reads the epic first, and it is landed once', async () => {
    const first = startDaemon();
    await connected();
    await bootstrap();
    await machine.script('agent', ['cat > /dev/null', 'echo hello > shop-1.txt']);
    const implement = machine.packet('implement', { task: machine.task('SHOP-1') });
    studio.offer(implement);
    const produced = await waitFor('the work', () => studio.outcomes.get(implement.run)?.[0]);
    if (produced.kind !== 'produced') throw new Error(JSON.stringify(produced));
    let killed: Promise<unknown> | undefined;
    studio.grant = async () => {
      // Granted, and dead before the answer arrives: the studio counts it as possibly landed.
      killed ??= end(first, 'SIGKILL');
      await killed;
      return { granted: true };
    };
    const merge = machine.packet('merge', { task: implement.task, merge: { approvedHead: produced.head, reviewedBase: produced.base, reviewedTree: produced.tree, reviewedTip: produced.tip, readOnly: false } });
    studio.offer(merge);
    await waitFor('the kill', () => killed !== undefined);
    await killed;
    startDaemon();
    expect(await waitFor('the landing', () => studio.outcomes.get(merge.run)?.[0])).toMatchObject({ kind: 'merged' });
    const merges = await machine.git('log', '--merges', '--format=%s', merge.plan!.epicBranch);
    expect(merges.split('\n')).toEqual(['Merge SHOP-1: Work on SHOP-1']);
  });
});

describe('one daemon for a machine', () => {
  it('a second one finds the first; the socket is for its owner alone, and a dead one is replaced', async () => {
    const first = startDaemon();
    await connected();
    const socket = join(machine.home, 'daemon.sock');
    expect((await stat(socket)).mode & 0o777).toBe(0o600);
    const second = startDaemon();
    await waitFor('the second to give way', () => second.text.includes('taken'));
    const control = await openControl(socket);
    expect(await control.call('status', {})).toMatchObject({ pid: first.pid, sessions: [{ project: { key: 'SHOP' }, link: { state: 'online' } }] });
    control.close();
    await end(first, 'SIGKILL');
    startDaemon();
    await waitFor('the third to be connected', () => studio.callsOf('session/hello').length === 2);
  });

  it('ends in order when it is asked to: the work is saved and given back, the studio is told, nothing is left', async () => {
    const daemon = startDaemon();
    await connected();
    await bootstrap();
    const { packet, pids } = await beginWork('sleep 600');
    expect(await end(daemon, 'SIGTERM')).toBe(0);
    expect(studio.outcomes.get(packet.run)).toEqual([{ kind: 'yielded', head: expect.any(String) as string }]);
    expect(studio.callsOf('session/leave')).toHaveLength(1);
    expect(pids.filter(alive)).toEqual([]);
    await expect(stat(join(machine.home, 'daemon.sock'))).rejects.toThrow('ENOENT');
  });

  it('ends when its last project is left', async () => {
    const daemon = startDaemon();
    await connected();
    const control = await openControl(join(machine.home, 'daemon.sock'));
    await waitFor('the session', async () => (await control.call('status', {})).sessions.length === 1);
    expect(await control.call('disconnect', { graceSeconds: 5 })).toEqual({ left: ['SHOP'] });
    await waitFor('its end', () => daemon.exitCode === 0);
  });
});
