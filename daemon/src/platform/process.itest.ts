import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from './clock.js';
import { isUnmarked } from './lasting-mark.js';
import { LivingProcesses } from './living-processes.js';
import { RUN_MARKER_VARIABLE, listProcesses, readStartTime } from './process-tree.js';
import { ProcessStartError, killUnderWay, reapLeftovers, runProcess, startProcess } from './process.js';

const path = process.env['PATH'] ?? '/usr/bin:/bin';
const env = { PATH: path };
let folder: string;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'maestro-process-')));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const sh = (script: string, extra: object = {}) => runProcess({ command: '/bin/sh', args: ['-c', script], cwd: folder, env, ...extra });
const parentOf = (pid: number) => listProcesses().find((entry) => entry.pid === pid)?.parentPid;
const isAlive = (pid: number): boolean => readStartTime(pid) !== undefined && !isZombie(pid);

/** Waits for the condition, failing after ten seconds; never sleeps for a guessed time. */
async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > deadline) throw new Error('The condition did not come true within ten seconds');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function pidFrom(name: string): Promise<number> {
  return until(async () => {
    const text = await readFile(join(folder, name), 'utf8').catch(() => '');
    return text.endsWith('\n') ? Number(text) : undefined;
  });
}

function isZombie(pid: number): boolean {
  try {
    return readStatState(pid) === 'Z';
  } catch {
    return true;
  }
}

const carriesNothing = (pid: number): boolean => !readFileSync(`/proc/${pid}/environ`, 'latin1').includes(RUN_MARKER_VARIABLE);

function readStatState(pid: number): string | undefined {
  const line = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return line.slice(line.lastIndexOf(')') + 2)[0];
}

describe('runProcess', () => {
  it('gives code, output and errors, and does not throw for a failing exit', async () => {
    const result = await sh('printf out; printf err >&2; exit 3');
    expect(result).toMatchObject({ code: 3, signal: null, timedOut: false, aborted: false, truncated: false });
    expect(result.stdout.toString()).toBe('out');
    expect(result.stderr.toString()).toBe('err');
  });

  it('passes the environment whole and inherits nothing', async () => {
    const result = await runProcess({ command: '/usr/bin/env', args: [], cwd: folder, env: { ONLY: 'this' } });
    expect(result.stdout.toString().trim().split('\n').sort()).toEqual(['ONLY=this']);
  });

  it('survives a program that ends without reading its input', async () => {
    const result = await runProcess({ command: '/bin/true', args: [], cwd: folder, env, stdin: 'x'.repeat(4 * 1024 * 1024) });
    expect(result.code).toBe(0);
  });

  it('gives its input to the program', async () => {
    const result = await runProcess({ command: '/bin/cat', args: [], cwd: folder, env, stdin: 'héllo' });
    expect(result.stdout.toString()).toBe('héllo');
  });

  it.each([
    ['a missing program', { command: 'no-such-program-of-ours', cwd: '/' }, 'not_found'],
    ['a missing directory', { command: '/bin/true', cwd: '/no/such/folder' }, 'bad_directory'],
    ['a NUL byte in the command', { command: 'a\0b', cwd: '/' }, 'refused'],
  ])('names the reason for %s', async (_title, spec, reason) => {
    const failure = await runProcess({ args: [], env, ...spec }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProcessStartError);
    expect(failure).toMatchObject({ reason });
  });

  it('names the reason for a file that may not be executed', async () => {
    const file = join(folder, 'plain.txt');
    await writeFile(file, 'no program', { mode: 0o644 });
    await expect(runProcess({ command: file, args: [], cwd: folder, env })).rejects.toMatchObject({ reason: 'not_executable' });
  });

  it('drops what exceeds the limit and says so', async () => {
    const result = await sh('head -c 100000 /dev/zero', { maxOutputBytes: 1_000 });
    expect(result.truncated).toBe(true);
    expect(result.stdout.length).toBe(1_000);
    expect(result.code).toBe(0);
  });

  it('kills the whole group at the timeout', async () => {
    const result = await sh('sleep 600 & echo $! > timeout.pid; wait', { timeoutMs: 300 });
    expect(result).toMatchObject({ timedOut: true, signal: 'SIGKILL', code: null });
    const pid = await pidFrom('timeout.pid');
    await until(() => (isAlive(pid) ? undefined : true));
  });

  it('kills the whole group when aborted, and starts nothing when aborted before', async () => {
    const controller = new AbortController();
    const running = sh('sleep 600 & echo $! > abort.pid; wait', { signal: controller.signal });
    const pid = await pidFrom('abort.pid');
    controller.abort();
    expect(await running).toMatchObject({ aborted: true, timedOut: false });
    await until(() => (isAlive(pid) ? undefined : true));
    expect(await sh('touch never', { signal: controller.signal })).toMatchObject({ aborted: true, code: null });
  });

  it('kills whatever is under way, with its group, for a process that has no time left', async () => {
    const running = sh('sleep 600 & echo $! > hurry.pid; wait');
    const pid = await pidFrom('hurry.pid');
    killUnderWay();
    expect(await running).toMatchObject({ signal: 'SIGKILL', timedOut: false, aborted: false });
    await until(() => (isAlive(pid) ? undefined : true));
  });

  it('does not wait for a background job that holds its output open, inside or outside its group', async () => {
    const waitForFile = 'until [ -s outside.pid ]; do :; done';
    const result = await sh(`echo done; sleep 600 & setsid sh -c 'echo $$ > outside.pid; exec sleep 600' & ${waitForFile}; exit 0`);
    expect(result.stdout.toString()).toBe('done\n');
    const outside = await pidFrom('outside.pid');
    expect(isAlive(outside)).toBe(true);
    process.kill(outside, 'SIGKILL');
  });
});

describe('runProcess with a marker', () => {
  it('kills what left the group of its command, and nothing else of the run', async () => {
    const marker = `marker-${process.pid}-nested`;
    const agent = await startProcess({ command: '/bin/sleep', args: ['600'], cwd: folder, env, marker });
    const script = "setsid sh -c 'echo $$ > nested.pid; exec sleep 600' & until [ -s nested.pid ]; do :; done";
    expect((await sh(script, { marker: `${marker}/validation` })).code).toBe(0);
    expect(isAlive(await pidFrom('nested.pid'))).toBe(false);
    expect(isAlive(agent.pid)).toBe(true);
    const below = await startProcess({ command: '/bin/sleep', args: ['600'], cwd: folder, env, marker: `${marker}/other` });
    await reapLeftovers([{ pid: agent.pid, startTime: agent.startTime, marker }]);
    expect([agent.pid, below.pid].filter(isAlive)).toEqual([]);
  });
});

describe('startProcess', () => {
  const start = (script: string, marker: string) => startProcess({ command: '/bin/sh', args: ['-c', script], cwd: folder, env, marker });

  it('keeps the output of a program that ended before anybody read it', async () => {
    const running = await start('echo early', 'marker-early');
    await running.exited;
    await new Promise((resolve) => setImmediate(resolve));
    const chunks: Buffer[] = [];
    for await (const chunk of running.stdout) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe('early\n');
  });

  it('lets a program end by itself within the grace', async () => {
    const running = await start('trap "exit 7" TERM; echo ready; while :; do sleep 0.05; done', 'marker-grace');
    await new Promise((resolve) => running.stdout.once('data', resolve));
    await running.stop(10_000);
    expect(await running.exited).toEqual({ code: 7, signal: null });
  });

  it('kills a program that ignores TERM, its children, and grandchildren that left the group', async () => {
    const marker = `marker-${process.pid}-tree`;
    const script = [
      'trap "" TERM',
      'sh -c "trap \'\' TERM; echo \\$\\$ > child.pid; while :; do sleep 1; done" &',
      // A grandchild in a session of its own whose parent is gone: neither group nor parentage leads to it.
      '(setsid sh -c "trap \'\' TERM; echo \\$\\$ > grandchild.pid; while :; do sleep 1; done" &)',
      // Its environment is empty, so only parentage leads to it.
      'env -i setsid --fork --wait sh -c "echo \\$\\$ > bare.pid; while :; do /bin/sleep 1; done" &',
      'wait',
    ].join('\n');
    const running = await start(script, marker);
    const pids = [running.pid, await pidFrom('child.pid'), await pidFrom('grandchild.pid'), await pidFrom('bare.pid')];
    expect(pids.every(isAlive)).toBe(true);
    const stopping = running.stop(50);
    expect(running.stop(50)).toBe(stopping);
    await stopping;
    expect(pids.filter(isAlive)).toEqual([]);
    expect((await running.exited).signal).toBe('SIGKILL');
  });

  it('kills a job with a group of its own and an empty environment, whose parent is dead: it is still in the session', async () => {
    const script = "set -m; (env -i /bin/sh -c 'echo $$ > job.pid; exec /bin/sleep 600' &) ; exec sleep 600";
    const running = await startProcess({ command: '/bin/bash', args: ['-c', script], cwd: folder, env, marker: `marker-${process.pid}-job` });
    const pid = await pidFrom('job.pid');
    await running.stop(0);
    expect([running.pid, pid].filter(isAlive)).toEqual([]);
  });

  it('sweeps what a program left behind when it ended by itself', async () => {
    const running = await start('setsid sh -c "echo \\$\\$ > behind.pid; exec sleep 600" & exit 0', 'marker-behind');
    await running.exited;
    const pid = await pidFrom('behind.pid');
    expect(isAlive(pid)).toBe(true);
    await running.stop(0);
    expect(isAlive(pid)).toBe(false);
  });

  it('rejects with the reason when there is no such program, marked or not', async () => {
    for (const more of [{}, { marker: 'marker-nobody' }]) {
      await expect(startProcess({ command: 'no-such-program-of-ours', args: [], cwd: folder, env, ...more })).rejects.toMatchObject({ reason: 'not_found' });
      await expect(startProcess({ command: './no-such-program', args: [], cwd: folder, env, ...more })).rejects.toMatchObject({ reason: 'not_found' });
      await expect(startProcess({ command: '/bin/true', args: [], cwd: '/no/such/folder', env, ...more })).rejects.toMatchObject({ reason: 'bad_directory' });
    }
  });
});

/** Within a millisecond: a session of its own, an empty environment, and no living parent that anybody could have looked at. */
const vanish = (name: string) => `env -i setsid /bin/sh -c '/bin/sh -c "echo \\$\\$ > ${name}; cd /; exec /bin/sleep 600 < /dev/null > /dev/null 2>&1" & exit'; until [ -s ${name} ]; do :; done`;

describe.runIf(existsSync('/usr/bin/prlimit') && isUnmarked(readFileSync('/proc/self/limits', 'latin1')))('what hides as fast as it can', () => {
  it('is found when its program is stopped, and when that had ended by itself before', async () => {
    const stopped = await startProcess({ command: '/bin/sh', args: ['-c', `${vanish('hidden-1.pid')}; exec sleep 600`], cwd: folder, env, marker: `marker-${process.pid}-hidden-1` });
    const ended = await startProcess({ command: '/bin/sh', args: ['-c', vanish('hidden-2.pid')], cwd: folder, env, marker: `marker-${process.pid}-hidden-2` });
    const pids = [await pidFrom('hidden-1.pid'), await pidFrom('hidden-2.pid')];
    await ended.exited;
    for (const pid of pids) {
      expect(carriesNothing(pid), 'it has emptied its environment').toBe(true);
      expect([stopped.pid, ended.pid]).not.toContain(parentOf(pid));
    }
    await stopped.stop(0);
    expect(pids.map(isAlive)).toEqual([false, true]);
    await ended.stop(0);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('is found by a later daemon, which knows no more than the marker', async () => {
    const marker = `marker-${process.pid}-hidden-3`;
    const running = await startProcess({ command: '/bin/sh', args: ['-c', vanish('hidden-3.pid')], cwd: folder, env, marker });
    const pid = await pidFrom('hidden-3.pid');
    await running.exited;
    const [reaped] = await reapLeftovers([{ pid: running.pid, startTime: running.startTime, marker }]);
    expect(reaped).toEqual({ pid: running.pid, leaderMatched: false, killed: 1 });
    expect(isAlive(pid)).toBe(false);
  });

  it('is told from what another part of the run started', async () => {
    const marker = `marker-${process.pid}-hidden-4`;
    const agent = await startProcess({ command: '/bin/sh', args: ['-c', `${vanish('hidden-4.pid')}; exec sleep 600`], cwd: folder, env, marker });
    const ofAgent = await pidFrom('hidden-4.pid');
    expect((await sh(vanish('hidden-5.pid'), { marker: `${marker}/validation` })).code).toBe(0);
    expect([await pidFrom('hidden-5.pid'), ofAgent].map(isAlive)).toEqual([false, true]);
    await agent.stop(0);
    expect(isAlive(ofAgent)).toBe(false);
  });
});

describe('reapLeftovers', () => {
  it('kills the recorded process and whatever carries its marker', async () => {
    const marker = `marker-${process.pid}-reap`;
    const running = await startProcess({
      command: '/bin/sh',
      args: ['-c', 'setsid sh -c "echo \\$\\$ > reap.pid; exec sleep 600" & exec sleep 600'],
      cwd: folder,
      env,
      marker,
    });
    const outside = await pidFrom('reap.pid');
    const [reaped] = await reapLeftovers([{ pid: running.pid, startTime: running.startTime, marker }]);
    expect(reaped).toMatchObject({ leaderMatched: true });
    expect([running.pid, outside].filter(isAlive)).toEqual([]);
  });

  it('leaves a process alone whose start time is another, even with the recorded pid', async () => {
    const bystander = await startProcess({ command: '/bin/sleep', args: ['600'], cwd: folder, env });
    const [reaped] = await reapLeftovers([{ pid: bystander.pid, startTime: 'another-boot:1', marker: 'marker-nobody-has' }]);
    expect(reaped).toEqual({ pid: bystander.pid, leaderMatched: false, killed: 0 });
    expect(isAlive(bystander.pid)).toBe(true);
    await bystander.stop(0);
  });

  it('kills what left its session with an empty environment where no lasting mark can be given, if it was seen while its parent lived', async () => {
    const marker = `marker-${process.pid}-stray`;
    const script = "(env -i setsid /bin/sh -c 'echo $$ > stray.pid; exec /bin/sleep 600' & until [ -e orphan ]; do sleep 0.02; done) & exec sleep 600";
    const running = await startProcess({ command: '/bin/sh', args: ['-c', script], cwd: folder, env });
    const pid = await pidFrom('stray.pid');
    const living = new LivingProcesses(systemClock());
    expect(living.straysOf([{ pid: running.pid, startTime: 'another-boot:1' }], marker), 'a pid that was used again is nobody to ask').toEqual([]);
    const strays = living.straysOf([running], marker);
    expect(strays).toEqual([{ pid, startTime: readStartTime(pid) }]);
    expect(living.straysOf([running, ...strays], marker), 'is told once').toEqual([]);
    const parent = parentOf(pid);
    await writeFile(join(folder, 'orphan'), '');
    await until(() => (parentOf(pid) === parent ? undefined : true));
    await running.stop(0);
    expect(isAlive(pid), 'nothing else leads to it').toBe(true);
    await reapLeftovers(strays.map((stray) => ({ ...stray, marker })));
    expect(isAlive(pid)).toBe(false);
  });

  it('finds marked processes although the recorded pid belongs to a stranger now', async () => {
    const marker = `marker-${process.pid}-reused`;
    const bystander = await startProcess({ command: '/bin/sleep', args: ['600'], cwd: folder, env });
    const leftover = await startProcess({ command: '/bin/sleep', args: ['600'], cwd: folder, env: { ...env, [RUN_MARKER_VARIABLE]: marker } });
    const [reaped] = await reapLeftovers([{ pid: bystander.pid, startTime: 'another-boot:1', marker }]);
    expect(reaped).toEqual({ pid: bystander.pid, leaderMatched: false, killed: 1 });
    expect(isAlive(leftover.pid)).toBe(false);
    expect(isAlive(bystander.pid)).toBe(true);
    await bystander.stop(0);
  });
});
