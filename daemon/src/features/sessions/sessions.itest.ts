import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunOutcome } from '@maestro/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listProcesses } from '../../platform/process-tree.js';
import { canBeFound } from '../../test-support/can-be-found.js';
import { userGit } from '../../test-support/git-fixture.js';
import { FakeStudio } from '../../test-support/fake-studio.js';
import type { PacketInput } from '../../test-support/fake-studio.js';
import { EPIC_BRANCH, makeMachine } from '../../test-support/machine-fixture.js';
import type { MachineFixture } from '../../test-support/machine-fixture.js';
import { waitFor } from '../../test-support/wait-for.js';
import { ProjectSession } from './project-session.js';

let folder: string;
let studio: FakeStudio;
let machine: MachineFixture;
let session: ProjectSession;

async function connect(policy: Parameters<typeof makeMachine>[1] = {}): Promise<void> {
  machine = await makeMachine(folder, policy);
  session = await ProjectSession.start(
    { studio: studio.url, project: { id: machine.projectId, key: 'SHOP', name: 'Shop' }, name: 'desk', role: 'lead', purposes: ['implement', 'review', 'merge', 'bootstrap_epic', 'release'], skills: [], agents: [], capacity: 2 },
    machine.ports,
  );
  await waitFor('the link', () => session.online);
}

const outcomeOf = <K extends RunOutcome['kind']>(run: string, kind: K): Promise<Extract<RunOutcome, { kind: K }>> =>
  waitFor(`the outcome ${kind}`, () => {
    const [first] = studio.outcomes.get(run) ?? [];
    if (first !== undefined && first.kind !== kind) throw new Error(`${JSON.stringify(first)} instead of ${kind}; ${JSON.stringify(machine.problems)}`);
    return first as Extract<RunOutcome, { kind: K }> | undefined;
  });

async function bootstrap(): Promise<string> {
  const packet = offered(machine.packet('bootstrap_epic'));
  return (await outcomeOf(packet.run, 'bootstrapped')).tip;
}

/** An agent that writes one line into a file of its task, and whatever else the test wants of it. */
const writer = (...lines: string[]) => machine.script('agent', ['cat > /dev/null', ...lines]);
const reviewPacket = (of: PacketInput, produced: Extract<RunOutcome, { kind: 'produced' }>): PacketInput =>
  machine.packet('review', { task: of.task, review: { head: produced.head, base: produced.base, tree: produced.tree, tip: produced.tip, checklist: 'review' } });
const mergePacket = (of: PacketInput, produced: Extract<RunOutcome, { kind: 'produced' }>, more: Partial<NonNullable<PacketInput['merge']>> = {}): PacketInput =>
  machine.packet('merge', { task: of.task, merge: { approvedHead: produced.head, reviewedBase: produced.base, reviewedTree: produced.tree, reviewedTip: produced.tip, readOnly: false, ...more } });

async function produce(key: string): Promise<{ packet: PacketInput; produced: Extract<RunOutcome, { kind: 'produced' }> }> {
  const packet = offered(machine.packet('implement', { task: machine.task(key) }));
  return { packet, produced: await outcomeOf(packet.run, 'produced') };
}

const gapless = (run: string) => {
  const seqs = (studio.events.get(run) ?? []).map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  return seqs.length;
};

const offered = <P extends Parameters<FakeStudio['offer']>[0]>(packet: P): P => {
  studio.offer(packet);
  return packet;
};

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'maestro-session-')));
  studio = await FakeStudio.start();
});
afterEach(async () => {
  await session.stop(5_000);
  await studio.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe('from a task to a landed commit', () => {
  it('writes, reviews and lands, and says of each what it measured', async () => {
    await connect({ policy: { validationCommands: [{ name: 'check', command: ['test', '-f', 'shop-1.txt'], timeoutSeconds: 10 }] } });
    const tip = await bootstrap();
    await writer('echo hello > shop-1.txt', 'git add -A && git commit -q -m "Say hello"', 'echo more >> shop-1.txt', 'echo "I said hello."');
    const { packet, produced } = await produce('SHOP-1');
    expect(produced).toMatchObject({ tip, base: tip, filesChanged: 1, commits: 2, finalMessage: 'I said hello.' });
    expect(await machine.git('rev-parse', packet.task!.branch)).toBe(produced.head);
    expect(await machine.git('show', `${produced.head}:shop-1.txt`)).toBe('hello\nmore');

    const told = studio.callsOf('change/upload');
    expect(told).toMatchObject([{ run: packet.run, base: tip, head: produced.head, totals: { files: 1, added: 2, removed: 0 }, part: 0, parts: 1, files: [{ path: 'shop-1.txt', status: 'added', patch: '@@ -0,0 +1,2 @@\n+hello\n+more\n' }] }]);
    expect(studio.calls.findIndex(({ method }) => method === 'change/upload')).toBeLessThan(studio.calls.findLastIndex(({ method }) => method === 'run/finish'));

    await writer('test -f shop-1.txt && echo "I am at $TRACEPARENT." && echo "VERDICT: APPROVED"');
    const trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const review = { ...reviewPacket(packet, produced), trace };
    studio.offer(review);
    expect(await outcomeOf(review.run, 'judged')).toMatchObject({ head: produced.head, tool: [], finalMessage: `I am at ${trace}.\nVERDICT: APPROVED` });

    const merge = mergePacket(packet, produced);
    studio.offer(merge);
    const merged = await outcomeOf(merge.run, 'merged');
    expect(merged).toMatchObject({ class: 'exact', found: false });
    expect(await machine.git('rev-parse', EPIC_BRANCH)).toBe(merged.commit);
    expect(await machine.git('log', '-1', '--format=%s', merged.commit)).toBe('Merge SHOP-1: Work on SHOP-1');
    for (const run of [packet.run, review.run, merge.run]) expect(gapless(run)).toBeGreaterThan(0);
    expect(studio.callsOf('violation')).toEqual([]);
    expect(machine.problems).toEqual([]);
  });

  it('runs the setup hook once for each state of what it depends on, and copies what it made', async () => {
    await connect();
    const seed = join(folder, 'seed');
    await mkdir(join(seed, '.maestro'));
    await writeFile(join(seed, '.gitignore'), 'deps/\n');
    await writeFile(join(seed, 'deps.lock'), '1\n');
    await writeFile(join(seed, '.maestro/setup.toml'), 'lockfiles = ["deps.lock"]\nfolders = ["deps"]\n');
    await writeFile(join(seed, '.maestro/setup'), `#!/bin/sh\necho ran >> '${folder}/hook.log'\nmkdir deps && cp deps.lock deps/made\n`, { mode: 0o755 });
    for (const args of [['add', '-A'], ['commit', '-q', '-m', 'Set up'], ['push', '-q', 'origin', 'HEAD:main']]) await userGit(seed, args);
    await bootstrap();
    const ran = async () => (await readFile(join(folder, 'hook.log'), 'utf8')).split('\n').length - 1;
    // What one agent does to its dependencies reaches no other.
    await writer('grep -qx 1 deps/made && echo mine > deps/made && echo hello > "$(basename "$PWD").txt"');
    await produce('SHOP-1');
    await produce('SHOP-2');
    expect(await ran()).toBe(1);
    await userGit(seed, ['fetch', '-q', 'origin', EPIC_BRANCH]);
    await userGit(seed, ['checkout', '-q', 'FETCH_HEAD']);
    await writeFile(join(seed, 'deps.lock'), '2\n');
    await userGit(seed, ['commit', '-q', '-a', '-m', 'Newer']);
    await userGit(seed, ['push', '-q', 'origin', `HEAD:${EPIC_BRANCH}`]);
    await writer('grep -qx 2 deps/made && echo hello > "$(basename "$PWD").txt"');
    await produce('SHOP-3');
    expect(await ran()).toBe(2);
  });

  it('finds a landing that nobody heard of, and does not land twice', async () => {
    await connect();
    await bootstrap();
    await writer('echo hello > shop-1.txt');
    const { packet, produced } = await produce('SHOP-1');
    const first = mergePacket(packet, produced);
    studio.offer(first);
    const { commit } = await outcomeOf(first.run, 'merged');
    const again = mergePacket(packet, produced);
    studio.offer(again);
    expect(await outcomeOf(again.run, 'merged')).toMatchObject({ found: true });
    const reading = mergePacket(packet, produced, { readOnly: true });
    studio.offer(reading);
    expect(await outcomeOf(reading.run, 'merged')).toMatchObject({ found: true });
    expect(await machine.git('rev-parse', EPIC_BRANCH)).toBe(commit);
    expect(studio.callsOf('run/push')).toHaveLength(1);
  });

  it('asks before it pushes, and does nothing when the answer is no', async () => {
    await connect();
    const tip = await bootstrap();
    await writer('echo hello > shop-1.txt');
    const { packet, produced } = await produce('SHOP-1');
    studio.grant = () => Promise.resolve({ granted: false, reason: 'text_changed', review: true });
    const merge = mergePacket(packet, produced);
    studio.offer(merge);
    expect(await outcomeOf(merge.run, 'not_granted')).toMatchObject({ reason: 'text_changed' });
    expect(await machine.git('rev-parse', EPIC_BRANCH)).toBe(tip);
  });

  it('computes anew when another task landed while it asked', async () => {
    await connect();
    await bootstrap();
    await writer('echo $$ > "$(basename "$PWD").txt"');
    const one = await produce('SHOP-1');
    const two = await produce('SHOP-2');
    let interfered = false;
    studio.grant = async () => {
      if (!interfered) {
        interfered = true;
        // The other one lands between the question and the push.
        const other = mergePacket(two.packet, two.produced);
        studio.offer(other);
        await outcomeOf(other.run, 'merged');
      }
      return { granted: true };
    };
    const merge = mergePacket(one.packet, one.produced);
    studio.offer(merge);
    expect(await outcomeOf(merge.run, 'merged')).toMatchObject({ class: 'overlay', found: false });
    const heads = await machine.git('log', '--format=%H', EPIC_BRANCH);
    for (const { produced } of [one, two]) expect(heads).toContain(produced.head);
    expect(studio.callsOf('run/push').filter(({ run }) => run === merge.run).map(({ tipMoved }) => tipMoved)).toEqual([false, true]);
  });

  it('tells a conflict, and a result that fails where the tip passes', async () => {
    await connect({ policy: { validationCommands: [{ name: 'few', command: ['sh', '-c', 'test "$(ls | wc -l)" -lt 4'], timeoutSeconds: 10 }] } });
    await bootstrap();
    await writer('sed -i s/two/SHOP-1/ cart.txt', 'echo one > one.txt');
    const one = await produce('SHOP-1');
    await writer('sed -i s/two/SHOP-2/ cart.txt');
    const two = await produce('SHOP-2');
    await writer('echo three > three.txt');
    const three = await produce('SHOP-3');
    const land = mergePacket(one.packet, one.produced);
    studio.offer(land);
    await outcomeOf(land.run, 'merged');
    const conflicting = mergePacket(two.packet, two.produced);
    studio.offer(conflicting);
    expect((await outcomeOf(conflicting.run, 'conflict')).paths).toEqual(['cart.txt']);
    const tooMany = mergePacket(three.packet, three.produced);
    studio.offer(tooMany);
    expect(await outcomeOf(tooMany.run, 'result_failed')).toMatchObject({ tipPasses: true, command: 'few' });
  });
});

describe('when the studio is away', () => {
  it('goes on working, and everything arrives once when it is back', async () => {
    await connect();
    await bootstrap();
    const go = join(folder, 'go');
    await writer('echo started', `while [ ! -e ${go} ]; do sleep 0.05; done`, 'echo hello > shop-1.txt', "head -c 100000 /dev/zero | tr '\\0' x; echo", 'echo done');
    const packet = offered(machine.packet('implement', { task: machine.task('SHOP-1') }));
    await waitFor('the start', () => studio.callsOf('run/start').some(({ run }) => run === packet.run));
    studio.cut();
    await writeFile(go, '');
    await waitFor('the work to end', () => session.view().runs.find(({ run }) => run === packet.run)?.phase === 'push' || session.view().runs.find(({ run }) => run === packet.run)?.state === 'ended');
    studio.heal();
    await outcomeOf(packet.run, 'produced');
    expect(studio.outcomes.get(packet.run)).toHaveLength(1);
    gapless(packet.run);
    const told = studio.events.get(packet.run) ?? [];
    expect(told.some(({ payload }) => String(payload['text']).includes('done'))).toBe(true);
    const parts = told.filter(({ payload }) => payload['of'] === 100_000);
    expect(parts.map(({ payload }) => payload['text']).join(''), 'a long output is whole').toBe('x'.repeat(100_000));
  });

  it('a machine that slept for hours asks what has become of its run, and goes on with it', async () => {
    await connect();
    await bootstrap();
    const go = join(folder, 'go');
    await writer('echo started', `while [ ! -e ${go} ]; do sleep 0.05; done`, 'echo hello > shop-1.txt');
    const packet = offered(machine.packet('implement', { task: machine.task('SHOP-1') }));
    await waitFor('the start', () => studio.callsOf('run/start').some(({ run }) => run === packet.run));
    studio.decide = (held) => {
      studio.invalid.delete(held.run);
      return { run: held.run, decision: 'continue', epoch: held.epoch + 1 };
    };
    machine.sleep(3 * 3_600_000);
    studio.invalid.add(packet.run);
    await waitFor('the run to go on', () => studio.callsOf('session/hello').length === 2);
    await writeFile(go, '');
    await outcomeOf(packet.run, 'produced');
    const { epoch, usage } = studio.callsOf('run/finish').at(-1) as { epoch: number; usage: { seconds: number } };
    expect([epoch, usage.seconds < 3_600], 'sleep is no work').toEqual([2, true]);
  });

  it('an outcome whose answer got lost is told again under the same id, with one effect', async () => {
    await connect();
    studio.swallow.push('run/finish', 'run/start', 'run/events');
    const packet = offered(machine.packet('bootstrap_epic'));
    await outcomeOf(packet.run, 'bootstrapped');
    await waitFor('the run to be settled', () => session.view().runs.length === 0);
    expect(studio.outcomes.get(packet.run)).toHaveLength(1);
    const opIds = studio.callsOf('run/finish').map(({ opId }) => opId);
    expect(opIds.length).toBeGreaterThan(1);
    expect(new Set(opIds).size).toBe(1);
    gapless(packet.run);
  });

  it('a change whose answer got lost is told again under the same id, and the outcome after it', async () => {
    await connect();
    await bootstrap();
    await writer('echo hello > shop-1.txt', 'git add -A && git commit -q -m "Say hello"', 'echo done');
    studio.swallow.push('change/upload');
    const { produced } = await produce('SHOP-1');
    const told = studio.callsOf('change/upload');
    expect(told.length).toBeGreaterThan(1);
    expect(new Set(told.map(({ opId }) => opId)).size).toBe(1);
    expect(told.at(-1)).toMatchObject({ head: produced.head });
    expect(studio.calls.findLastIndex(({ method }) => method === 'change/upload')).toBeLessThan(studio.calls.findLastIndex(({ method }) => method === 'run/finish'));
  });

  it('work that came too late keeps its commits where people find them', async () => {
    await connect();
    await bootstrap();
    await writer('echo hello > shop-1.txt');
    studio.counted = 'superseded';
    const { packet, produced } = await produce('SHOP-1');
    await waitFor('the run to be settled', () => session.view().runs.length === 0);
    expect(await machine.git('rev-parse', `refs/maestro/late/${packet.run}`)).toBe(produced.head);
  });

  it('pushes nothing without a lease, and goes on when it has one again', async () => {
    studio.leaseSeconds = 2;
    await connect();
    const tip = await bootstrap();
    await writer('echo hello > shop-1.txt');
    const { packet, produced } = await produce('SHOP-1');
    const merge = mergePacket(packet, produced);
    studio.grant = async () => {
      // The permission is given, and then the link dies before it can be used.
      studio.cut();
      return Promise.resolve({ granted: true });
    };
    studio.offer(merge);
    await waitFor('the fence', () => session.view().runs.some(({ run, fenced }) => run === merge.run && fenced));
    expect(await machine.git('rev-parse', EPIC_BRANCH)).toBe(tip);
    studio.grant = () => Promise.resolve({ granted: true });
    studio.heal();
    await outcomeOf(merge.run, 'merged');
  });

  it('a link that is open on one side only is given up and made anew', async () => {
    await connect();
    studio.silent = true;
    await waitFor('the link to be given up', () => !session.online);
    studio.silent = false;
    await waitFor('a new link', () => session.online);
    expect(studio.callsOf('session/hello').length).toBeGreaterThan(1);
  });

  it('comes back after a restart of the studio, and renews a refused token once', async () => {
    await connect();
    studio.close(1012);
    await waitFor('a second hello', () => studio.callsOf('session/hello').length === 2);
    studio.tokens.clear();
    studio.close(4401);
    await waitFor('a person to be asked for', () => session.view().link.state === 'signed_out');
    studio.tokens.add('token');
  });
});

describe('orders', () => {
  async function begin(): Promise<{ packet: PacketInput; pids: number[] }> {
    await connect();
    await bootstrap();
    const pids = join(folder, 'pids');
    // A grandchild in a session of its own, which the group's end does not reach.
    await writer('echo kept > shop-1.txt', `setsid sleep 600 & echo $! >> ${pids}`, `echo $$ >> ${pids}`, 'echo started', 'sleep 600');
    const packet = offered(machine.packet('implement', { task: machine.task('SHOP-1') }));
    const found = await waitFor('the agent', async () => {
      const lines = (await readFile(pids, 'utf8').catch(() => '')).trim().split('\n');
      return lines.length === 2 && lines.map(Number);
    });
    return { packet, pids: found };
  }
  // Zombies do not count: whoever should collect them is not ours.
  const alive = (pid: number) => listProcesses().some((entry) => entry.pid === pid);

  it('cancel: everything is dead and the place free within five seconds; the lane is kept', async () => {
    const { packet, pids } = await begin();
    const before = performance.now();
    studio.tell('runCancel', { run: packet.run, why: 'wrong approach' });
    await waitFor('the place', () => session.runs.freeSlots() === 2, 5_000);
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(pids.filter(alive)).toEqual([]);
    await waitFor('the run to be gone', () => session.view().runs.length === 0);
    expect(studio.outcomes.has(packet.run)).toBe(false);
    const kept = (await machine.ports.journals.read(packet.run))?.records.some((record) => record.t === 'event' && String(record.event.payload['text']).startsWith('The lane is kept at refs/maestro/snapshots/'));
    expect(kept).toBe(true);
  });

  it('cancel: also what cleared its environment, left its session and lost its parent is dead', async () => {
    await connect();
    await bootstrap();
    const [stray, orphan] = [join(folder, 'stray'), join(folder, 'orphan')];
    await writer(`(env -i setsid /bin/sh -c 'echo $$ > ${stray}; exec /bin/sleep 600' & until [ -e ${orphan} ]; do sleep 0.05; done) &`, 'echo started', 'sleep 600');
    const packet = offered(machine.packet('implement', { task: machine.task('SHOP-1') }));
    const pid = await waitFor('the stray', async () => Number(await readFile(stray, 'utf8').catch(() => '')) || undefined);
    await waitFor('it to be found without its parent', async () => canBeFound(pid, (await machine.ports.journals.read(packet.run))?.state));
    const parent = listProcesses().find((entry) => entry.pid === pid)?.parentPid;
    await writeFile(orphan, '');
    await waitFor('it to be an orphan', () => listProcesses().every((entry) => entry.pid !== parent));
    studio.tell('runCancel', { run: packet.run, why: 'wrong approach' });
    await waitFor('the place', () => session.runs.freeSlots() === 2, 5_000);
    expect(alive(pid)).toBe(false);
  });

  it('hold: saves the work, waits with the reason, and goes on under a new epoch and with new numbers', async () => {
    const { packet, pids } = await begin();
    studio.tell('runHold', { run: packet.run, reason: 'plan' });
    const wait = await waitFor('the wait', () => studio.callsOf('run/wait')[0]);
    expect(wait).toMatchObject({ run: packet.run, reason: 'plan', epoch: 1 });
    expect(await machine.git('show', `${String(wait['head'])}:shop-1.txt`)).toBe('kept');
    expect(pids.filter(alive)).toEqual([]);
    await waitFor('the run to be settled', () => session.view().runs.length === 0);
    const before = gapless(packet.run);
    await writer('cat shop-1.txt', 'echo again >> shop-1.txt');
    studio.offer({ ...packet, head: wait['head'] as never });
    const produced = await outcomeOf(packet.run, 'produced');
    expect(await machine.git('show', `${produced.head}:shop-1.txt`)).toBe('kept\nagain');
    expect(gapless(packet.run)).toBeGreaterThan(before);
    expect(studio.callsOf('run/finish').at(-1)).toMatchObject({ epoch: 2 });
  });

  it('a lease that was taken away stops the run', async () => {
    const { packet, pids } = await begin();
    studio.invalid.add(packet.run);
    await waitFor('the end of the agent', () => pids.filter(alive).length === 0);
    await waitFor('the run to be gone', () => session.view().runs.length === 0);
    expect(studio.outcomes.has(packet.run)).toBe(false);
  });

  it('a run that ended while a heartbeat was on its way does not end the connection', async () => {
    const { packet } = await begin();
    studio.tell('runCancel', { run: packet.run, why: 'enough' });
    await waitFor('the run to be gone', () => session.view().runs.length === 0);
    const beats = studio.callsOf('session/heartbeat').length;
    studio.invalid.add(packet.run);
    await waitFor('the next heartbeats', () => studio.callsOf('session/heartbeat').length >= beats + 2);
    expect(studio.callsOf('session/hello')).toHaveLength(1);
  });

  it('leaving gives the work back without costing an attempt', async () => {
    const { packet, pids } = await begin();
    await session.stop(10_000);
    expect(studio.outcomes.get(packet.run)).toEqual([{ kind: 'yielded', head: expect.any(String) as string }]);
    expect(pids.filter(alive)).toEqual([]);
    expect(studio.callsOf('session/leave')).toHaveLength(1);
  });
});

describe('an agent that fails', () => {
  it('gets the output of failed commands back, three times at most', async () => {
    await connect({ policy: { validationCommands: [{ name: 'never', command: ['sh', '-c', 'echo broken; exit 1'], timeoutSeconds: 10 }] } });
    await bootstrap();
    const prompts = join(folder, 'prompts');
    await mkdir(prompts);
    await machine.script('agent', [`cat > ${prompts}/$$`, 'echo x >> shop-1.txt']);
    const packet = offered(machine.packet('implement', { task: machine.task('SHOP-1') }));
    expect(await outcomeOf(packet.run, 'failed')).toMatchObject({ class: 'validation', output: 'broken' });
    expect(studio.events.get(packet.run)?.filter(({ kind, payload }) => kind === 'validation' && payload['state'] === 'failed')).toHaveLength(4);
  });

  it('is told apart: not there, crashed', async () => {
    await connect();
    await bootstrap();
    const missing = offered(machine.packet('implement', { task: machine.task('SHOP-1'), agent: 'nobody' }));
    expect(await outcomeOf(missing.run, 'failed')).toMatchObject({ class: 'agent_missing' });
    await machine.script('agent', ['exit 3']);
    const crashing = offered(machine.packet('implement', { task: machine.task('SHOP-2') }));
    expect(await outcomeOf(crashing.run, 'failed')).toMatchObject({ class: 'crash' });
  });
});
