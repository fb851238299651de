import { mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../platform/test-support/manual-clock.js';
import type { Bundle } from '../../test-support/bundle.js';
import { bundle } from '../../test-support/bundle.js';
import type { ToolCall, ToolsSocket } from './index.js';
import { startToolsSocket } from './index.js';

let folder: string;
let tools: ToolsSocket;
let clock: ManualClock;
let calls: { runId: string; call: ToolCall }[];
let problems: string[];
let held: ((answer: { ok: boolean; text: string }) => void)[];
const open: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'maestro-tools-')));
  clock = new ManualClock();
  [calls, problems, held] = [[], [], []];
  tools = await startToolsSocket({
    socketPath: join(folder, 'private', 'tools.socket'),
    clock,
    onProblem: ({ id }) => problems.push(id),
    host: {
      handle(runId, call) {
        calls.push({ runId, call });
        if (call.tool === 'checkpoint') return Promise.reject(new Error('postgres://user:secret@host failed'));
        if (call.tool === 'ask_human') return new Promise((resolve) => held.push(resolve));
        return Promise.resolve({ ok: true, text: `for ${runId}` });
      },
    },
  });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
  await tools.close();
  await rm(folder, { recursive: true, force: true });
});

/** A bare connection, as a hostile program would make one. */
class Wire {
  private readonly lines: string[] = [];
  private readonly waiting: ((line: string | undefined) => void)[] = [];
  private open = '';
  private ended = false;

  private constructor(readonly socket: Socket) {
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      const parts = (this.open + chunk).split('\n');
      this.open = parts.pop() ?? '';
      for (const part of parts) (this.waiting.shift() ?? ((line) => this.lines.push(line ?? '')))(part);
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.ended = true;
      for (const settle of this.waiting.splice(0)) settle(undefined);
    });
  }

  static async open(): Promise<Wire> {
    const socket = connect(tools.socketPath);
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    const wire = new Wire(socket);
    open.push({
      close() {
        socket.destroy();
        return Promise.resolve();
      },
    });
    return wire;
  }

  send(value: unknown): void {
    this.socket.write(typeof value === 'string' ? value : `${JSON.stringify(value)}\n`);
  }

  /** The next line as JSON, or `undefined` once the other side has closed. */
  async next(): Promise<unknown> {
    const line = this.lines.shift();
    if (line !== undefined) return JSON.parse(line);
    if (this.ended) return undefined;
    const next = await new Promise<string | undefined>((resolve) => this.waiting.push(resolve));
    return next === undefined ? undefined : JSON.parse(next);
  }
}

async function login(token: string): Promise<Wire> {
  const wire = await Wire.open();
  wire.send({ token });
  expect(await wire.next()).toMatchObject({ ok: true });
  return wire;
}

describe('the socket of the tools', () => {
  it('belongs to this user alone', async () => {
    expect((await stat(tools.socketPath)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(tools.socketPath))).mode & 0o777).toBe(0o700);
  });

  it('does what a run may, in the name of the run that its token names', async () => {
    const [a, b] = [await login(tools.grant('run-a', ['task_get'])), await login(tools.grant('run-b', ['task_get']))];
    a.send({ id: 1, tool: 'task_get', input: {} });
    b.send({ id: 7, tool: 'task_get', input: {} });
    expect(await a.next()).toEqual({ id: 1, ok: true, text: 'for run-a' });
    expect(await b.next()).toEqual({ id: 7, ok: true, text: 'for run-b' });
    expect(calls.map(({ runId }) => runId).sort()).toEqual(['run-a', 'run-b']);
  });

  it('has no way for one run to act on another', async () => {
    const wire = await login(tools.grant('run-a', ['task_get', 'verdict']));
    for (const [id, line] of Object.entries([
      { id: 1, tool: 'verdict', input: { verdict: 'approved', runId: 'run-b' } },
      { id: 2, tool: 'task_get', input: { run: 'run-b' } },
    ])) {
      wire.send(line);
      expect(await wire.next()).toMatchObject({ id: Number(id) + 1, ok: false });
    }
    // A field beside the known ones is no call at all.
    wire.send({ id: 3, tool: 'task_get', input: {}, runId: 'run-b' });
    expect(await wire.next()).toBeUndefined();
    expect(calls).toEqual([]);
  });

  it('refuses a tool that the run was not granted', async () => {
    const wire = await login(tools.grant('run-a', ['task_get']));
    wire.send({ id: 1, tool: 'verdict', input: { verdict: 'approved' } });
    expect(await wire.next()).toEqual({ id: 1, ok: false, text: 'This run may not use "verdict". It may use: task_get.' });
    expect(calls).toEqual([]);
    expect(problems).toEqual(['agent-tools/tool-refused']);
  });

  it('refuses a token that it did not give, and one that is revoked', async () => {
    const revoked = tools.grant('run-a', ['task_get']);
    tools.revoke('run-a');
    for (const token of ['', 'guess', revoked]) {
      const wire = await Wire.open();
      wire.send({ token });
      expect(await wire.next()).toMatchObject({ ok: false });
      expect(await wire.next()).toBeUndefined();
    }
    expect(problems).toEqual(Array(3).fill('agent-tools/token-refused'));
  });

  it('ends open connections of a revoked run, calls in flight included, and no others', async () => {
    const tokens = [tools.grant('run-a', ['ask_human']), tools.grant('run-a', ['ask_human'])];
    const wires = [await login(tokens[0]!), await login(tokens[1]!)];
    const other = await login(tools.grant('run-b', ['task_get']));
    wires[0]!.send({ id: 1, tool: 'ask_human', input: { question: 'Which?' } });
    await expect.poll(() => held.length).toBe(1);
    tools.revoke('run-a');
    held[0]!({ ok: true, text: 'too late' });
    for (const wire of wires) expect(await wire.next()).toBeUndefined();
    other.send({ id: 1, tool: 'task_get', input: {} });
    expect(await other.next()).toMatchObject({ ok: true });
  });

  it('answers nothing before it knows the run, and closes after five seconds', async () => {
    const wire = await Wire.open();
    wire.send({ id: 1, tool: 'task_get', input: {} });
    expect(await wire.next()).toMatchObject({ ok: false });
    const silent = await Wire.open();
    // The server has to have accepted it before time can pass for it.
    await login(tools.grant('run-a', []));
    clock.advance(5_000);
    expect(await silent.next()).toBeUndefined();
    expect(calls).toEqual([]);
  });

  it('keeps what the host threw from the agent', async () => {
    const wire = await login(tools.grant('run-a', ['checkpoint']));
    wire.send({ id: 1, tool: 'checkpoint', input: {} });
    const answer = await wire.next();
    expect(answer).toMatchObject({ id: 1, ok: false });
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(problems).toEqual(['agent-tools/host-failed']);
  });

  it('allows a few calls at once and no more', async () => {
    const wire = await login(tools.grant('run-a', ['ask_human']));
    for (let id = 1; id <= 17; id += 1) wire.send({ id, tool: 'ask_human', input: { question: 'Which?' } });
    expect(await wire.next()).toMatchObject({ id: 17, ok: false, text: expect.stringContaining('Too many') as string });
    expect(held).toHaveLength(16);
  });

  it.each([
    ['no JSON', 'hello\n'],
    ['a line without end', 'x'.repeat(4_100_000)],
  ])('closes on %s', async (_title, bytes) => {
    const wire = await login(tools.grant('run-a', ['task_get']));
    wire.send(bytes);
    expect(await wire.next()).toBeUndefined();
  });
});

describe('the MCP server, as a real process', () => {
  let main: Bundle;
  beforeAll(async () => {
    main = await bundle('features/agent-tools/test-support/mcp-main.ts');
  });
  afterAll(() => main.remove());

  async function start(token: string): Promise<Client> {
    const client = new Client({ name: 'test', version: '1' });
    const env = { PATH: process.env['PATH'] ?? '', MAESTRO_TOOLS_SOCKET: tools.socketPath, MAESTRO_TOOLS_TOKEN: token };
    open.push(client);
    await client.connect(new StdioClientTransport({ command: process.execPath, args: [main.file], env, stderr: 'ignore' }));
    return client;
  }

  it('offers the tools of the run with their inputs described', async () => {
    const client = await start(tools.grant('run-a', ['task_get', 'verdict']));
    const listed = await client.listTools();
    expect(listed.tools.map(({ name }) => name)).toEqual(['task_get', 'verdict']);
    expect(listed.tools[1]?.inputSchema).toMatchObject({ type: 'object', required: ['verdict'], properties: { verdict: { enum: ['approved', 'rejected'] } } });
  });

  it('passes a call on and brings the answer back', async () => {
    const client = await start(tools.grant('run-a', ['verdict']));
    const findings = [{ path: 'a.js', line: 3, severity: 'blocking', message: 'No.' }];
    const answer = await client.callTool({ name: 'verdict', arguments: { verdict: 'rejected', findings } });
    expect(answer).toMatchObject({ isError: false, content: [{ type: 'text', text: 'for run-a' }] });
    expect(calls).toEqual([{ runId: 'run-a', call: { tool: 'verdict', input: { verdict: 'rejected', summary: '', findings } } }]);
  });

  it('marks a wrong input as an error that the model can read', async () => {
    const client = await start(tools.grant('run-a', ['verdict']));
    expect(await client.callTool({ name: 'verdict', arguments: { verdict: 'maybe' } })).toMatchObject({ isError: true });
    expect(calls).toEqual([]);
  });

  it('ends when the run is over', async () => {
    const client = await start(tools.grant('run-a', ['task_get']));
    const closed = new Promise<void>((resolve) => {
      client.onclose = resolve;
    });
    tools.revoke('run-a');
    await closed;
  });

  it('does not start with a token that is not valid', async () => {
    await expect(start('guess')).rejects.toThrow();
  });
});
