import { access, chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../platform/clock.js';
import { isSameProcessAlive, readStartTime } from '../../platform/process-tree.js';
import { ManualClock } from '../../platform/test-support/manual-clock.js';
import twoTurns from './domain/fixtures/claude-two-turns.jsonl?raw';
import type { AgentEnd, AgentEvent, AgentProcess, AgentSessionHandle, AgentTurn, AgentsOptions } from './index.js';
import { createAgents } from './index.js';
import { conversationOf, makeFolder, until } from './test-support/conversation.js';

let folder: Awaited<ReturnType<typeof makeFolder>>;
const open: AgentSessionHandle[] = [];
let serial = 0;

beforeEach(async () => {
  folder = await makeFolder();
  await mkdir(join(folder.path, 'lane'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((handle) => handle.cancel()));
  await folder.remove();
});

const lane = (file = '') => join(folder.path, 'lane', file);
const exists = (path: string) => access(path).then(() => true, () => false);
/** The folder of node comes first, because the shell scripts below call it. */
const hostPath = `${process.env['PATH'] ?? ''}`;

function agentsWith(options: Partial<AgentsOptions>) {
  return createAgents({ host: { PATH: hostPath, HOME: folder.path, SECRET: 'x' }, clock: systemClock(), ...options });
}

function start(name: string, options: Partial<AgentsOptions>, turn: Partial<AgentTurn> = {}): AgentSessionHandle {
  serial += 1;
  const handle = agentsWith(options).find(name)!.start({
    runId: 'run-1',
    cwd: lane(),
    prompt: 'Do it.',
    work: { purpose: 'implement', attempt: 1, revision: 0, repair: 0 },
    marker: `agents-test-${process.pid}-${serial}`,
    ...turn,
  });
  open.push(handle);
  return handle;
}

const shell = (script: string) => ({ commands: [{ name: 'sh', command: '/bin/sh', args: ['-c', script] }] });

async function program(name: string, text: string): Promise<string> {
  const file = join(folder.path, name);
  await writeFile(file, text);
  await chmod(file, 0o755);
  return file;
}

async function finish(handle: AgentSessionHandle): Promise<{ end: AgentEnd; events: AgentEvent[] }> {
  const end = await handle.ended;
  await handle.close();
  return { end, events: await conversationOf(handle) };
}

describe('any command', () => {
  it('gets its prompt on standard input; its last paragraph is the final message', async () => {
    const { end, events } = await finish(start('sh', shell('cat > prompt.txt; echo working; echo; echo "All done."; echo "VERDICT: APPROVED"'), { prompt: 'Prompt with ünïcode\n' }));
    expect(await readFile(lane('prompt.txt'), 'utf8')).toBe('Prompt with ünïcode\n');
    expect(end).toEqual({ kind: 'completed', finalMessage: 'All done.\nVERDICT: APPROVED' });
    expect(events.filter(({ kind }) => kind === 'log')).toHaveLength(3);
    expect(events.at(-1)).toEqual({ kind: 'message', text: 'All done.\nVERDICT: APPROVED' });
  });

  it('sees the lane’s variables and nothing of the daemon', async () => {
    await finish(start('sh', shell('env > env.txt'), { env: { GIT_AUTHOR_NAME: 'Maestro' } }));
    const env = await readFile(lane('env.txt'), 'utf8');
    expect(env).toContain('GIT_AUTHOR_NAME=Maestro');
    expect(env).not.toContain('SECRET');
  });

  it('runs again for the next turn', async () => {
    const handle = start('sh', shell('cat >> prompts.txt; echo ok'));
    expect(() => handle.prompt('Too early')).toThrow('agent/turn-running');
    await handle.ended;
    expect(await handle.prompt(' And more.')).toMatchObject({ kind: 'completed' });
    await handle.close();
    expect(await readFile(lane('prompts.txt'), 'utf8')).toBe('Do it. And more.');
    expect(() => handle.prompt('Too late')).toThrow('agent/closed');
  });

  it.each([
    ['its exit code', 'echo "no space left" >&2; exit 9', 'crash', /exit code 9. no space left/],
    ['its signal', 'kill -SEGV $$', 'crash', /SIGSEGV/],
    ['a limit it names', 'echo "429 Too Many Requests" >&2; exit 1', 'quota', /limit/],
  ])('fails with %s', async (_title, script, failure, sentence) => {
    expect((await finish(start('sh', shell(script)))).end).toMatchObject({ kind: 'failed', class: failure, sentence: expect.stringMatching(sentence) as string });
  });

  it('may end without reading a large prompt', async () => {
    expect((await finish(start('sh', shell('exec true'), { prompt: 'x'.repeat(2_000_000) }))).end.kind).toBe('completed');
  });

  it('leaves nothing behind after its turn, not even what left its group', async () => {
    const script = 'setsid sh -c \'echo $$ > pid; exec sleep 600\' & until [ -s pid ]; do sleep 0.01; done; echo done';
    const { end } = await finish(start('sh', shell(script)));
    expect(end.kind).toBe('completed');
    const pid = Number(await readFile(lane('pid'), 'utf8'));
    await until(() => (readStartTime(pid) === undefined ? true : undefined));
  });

  it('reports each process before anything else can happen to it', async () => {
    const seen: AgentProcess[] = [];
    const handle = start('sh', shell('until [ -e go ]; do sleep 0.01; done'), { onProcess: (each) => seen.push(each) });
    await until(() => seen[0]);
    expect(handle.processes()).toEqual(seen);
    expect(readStartTime(seen[0]!.pid)).toBe(seen[0]!.startTime);
    await writeFile(lane('go'), '');
    await handle.ended;
  });

  it('is killed by cancel, also before it has really begun', async () => {
    const atOnce = start('sh', shell('touch ran; sleep 600'));
    await atOnce.cancel();
    expect(await atOnce.ended).toMatchObject({ kind: 'failed', class: 'cancelled' });
    const stubborn = start('sh', shell('trap "" TERM; touch stubborn; while :; do sleep 1; done'));
    await until(async () => ((await exists(lane('stubborn'))) ? true : undefined));
    const [running] = stubborn.processes();
    await stubborn.cancel();
    expect(await stubborn.ended).toMatchObject({ class: 'cancelled' });
    expect(isSameProcessAlive(running!)).toBe(false);
  });

  it('tells how long it has been silent', async () => {
    const clock = new ManualClock();
    const handle = start('sh', { ...shell('echo hello; until [ -e go ]; do sleep 0.01; done'), clock });
    for await (const event of handle.events) if (event.kind === 'log') break;
    clock.advance(60_000);
    expect(handle.idleMs()).toBe(60_000);
    await writeFile(lane('go'), '');
    await handle.ended;
  });
});

describe('a program that cannot be started', () => {
  it.each([
    ['is missing', 'no-such-program-of-ours', 'agent_missing', /not installed/],
    ['may not be executed', '/etc/passwd', 'agent_missing', /may not be executed/],
  ])('because it %s fails with a sentence', async (_title, command, failure, sentence) => {
    for (const name of ['claude', 'codex', 'gemini']) {
      const { end } = await finish(start(name, { programs: { [name]: command } }));
      expect(end).toMatchObject({ kind: 'failed', class: failure, sentence: expect.stringMatching(sentence) as string });
    }
  });

  it('because its lane is gone fails as a matter of the lane', async () => {
    expect((await finish(start('sh', shell('true'), { cwd: lane('gone') }))).end).toMatchObject({ kind: 'failed', class: 'lane' });
  });
});

describe('the adapter of Claude Code', () => {
  it('ends a turn although the program does not leave', async () => {
    const transcript = join(folder.path, 'transcript.jsonl');
    await writeFile(transcript, twoTurns.split('\n').slice(0, 10).join('\n') + '\n');
    const claude = await program('claude', `#!/bin/sh\nIFS= read -r line\nprintf '%s' "$line" > ${lane('input.json')}\ncat ${transcript}\nexec sleep 600\n`);
    const clock = new ManualClock();
    const handle = start('claude', { programs: { claude }, clock }, { prompt: 'A "quoted"\nprompt' });
    const events: AgentEvent[] = [];
    const reading = (async () => {
      for await (const event of handle.events) events.push(event);
    })();
    await until(() => events.find(({ kind }) => kind === 'usage'));
    clock.advance(9_999);
    expect(handle.processes()).toHaveLength(1);
    clock.advance(1);
    const end = await handle.ended;
    await handle.close();
    await reading;
    expect(end).toEqual({ kind: 'completed', finalMessage: 'The cart is written.' });
    expect(JSON.parse(await readFile(lane('input.json'), 'utf8'))).toEqual({ type: 'user', message: { role: 'user', content: [{ type: 'text', text: 'A "quoted"\nprompt' }] } });
    expect(events.filter(({ kind }) => kind === 'usage')).toHaveLength(1);
  });

  it('keeps prompt and token out of the arguments', async () => {
    const claude = await program('claude', `#!/bin/sh\ncat /proc/$$/cmdline > ${lane('args')}\nenv > ${lane('env')}\nexit 1\n`);
    const tools = { command: '/usr/bin/maestro', args: ['mcp'], socketPath: '/run/tools', token: 'the-token', names: ['verdict'] };
    const { end } = await finish(start('claude', { programs: { claude } }, { prompt: 'the-prompt', tools }));
    expect(end).toMatchObject({ kind: 'failed', class: 'crash' });
    const args = await readFile(lane('args'), 'utf8');
    expect(args).toContain('mcp__maestro__verdict');
    expect(args).not.toMatch(/the-token|the-prompt/);
    expect(await readFile(lane('env'), 'utf8')).toContain('MAESTRO_TOOLS_TOKEN=the-token');
  });
});

describe('the adapter of ACP agents', () => {
  it('says so when the program speaks something else', async () => {
    const clock = new ManualClock();
    const gemini = await program('gemini', `#!/bin/sh\necho 'Welcome!'\ntouch ${lane('started')}\ncat > /dev/null\n`);
    const handle = start('gemini', { programs: { gemini }, clock });
    await until(async () => ((await exists(lane('started'))) ? true : undefined));
    clock.advance(60_000);
    expect((await finish(handle)).end).toMatchObject({ kind: 'failed', class: 'protocol', sentence: expect.stringContaining('did not speak ACP') as string });
  });

  it('tells the last words of a program that ends', async () => {
    const gemini = await program('gemini', '#!/bin/sh\necho "cannot find module x" >&2\nexit 1\n');
    expect((await finish(start('gemini', { programs: { gemini } }))).end).toMatchObject({
      kind: 'failed',
      class: 'crash',
      sentence: expect.stringContaining('exit code 1') as string,
    });
  });
});

describe('a person', () => {
  it('works for as long as they like and says when it is done', async () => {
    const handle = start('manual', {}, { prompt: 'Please write the cart.' });
    expect(await handle.steer?.('Use tabs.')).toBe(true);
    handle.complete!('Written.\n\nVERDICT: APPROVED');
    const { end, events } = await finish(handle);
    expect(end).toEqual({ kind: 'completed', finalMessage: 'Written.\n\nVERDICT: APPROVED' });
    expect(events.map((event) => ('text' in event ? event.text : ''))).toEqual(['Please write the cart.', `Work in ${lane()} and say \`maestro done\` when it is finished.`, 'Use tabs.', 'Written.\n\nVERDICT: APPROVED']);
  });

  it('can be cancelled', async () => {
    const handle = start('manual', {});
    await handle.cancel();
    expect(await handle.ended).toMatchObject({ class: 'cancelled' });
  });
});

describe('looking for agents', () => {
  it('finds what is there, with version and path, and says what is not', async () => {
    await mkdir(join(folder.path, 'bin'));
    const found = await program('bin/codex', '#!/bin/sh\necho "codex-cli 1.2.3-beta.1"\n');
    await program('bin/gemini', '#!/bin/sh\necho broken >&2\nexit 3\n');
    await writeFile(join(folder.path, 'bin', 'claude'), 'not executable', { mode: 0o644 });
    const agents = agentsWith({ host: { PATH: `relative:${join(folder.path, 'bin')}:/bin:/usr/bin`, HOME: folder.path }, commands: [{ name: 'mine', command: '/bin/sh', args: [] }] });
    const detected = new Map((await agents.detectAll()).map((each) => [each.name, each]));
    expect(detected.get('codex')).toEqual({ name: 'codex', installed: true, version: '1.2.3-beta.1', path: found });
    expect(detected.get('claude')).toMatchObject({ installed: false, problem: expect.stringContaining('not installed') as string });
    expect(detected.get('gemini')).toMatchObject({ installed: true, problem: expect.stringContaining('exit code 3') as string });
    expect(detected.get('mine')).toEqual({ name: 'mine', installed: true, path: '/bin/sh' });
    expect(detected.get('manual')).toEqual({ name: 'manual', installed: true });
    expect(detected.has('rehearsal')).toBe(false);
  });

  it('names every agent once, and marks those that were never run here', () => {
    const agents = agentsWith({}).list();
    expect(new Set(agents.map(({ name }) => name)).size).toBe(agents.length);
    expect(agents.filter(({ tried }) => tried).map(({ name }) => name)).toEqual(['claude', 'codex', 'manual']);
  });
});
