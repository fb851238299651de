import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../platform/clock.js';
import { isSameProcessAlive, readStartTime } from '../../../platform/process-tree.js';
import type { Bundle } from '../../../test-support/bundle.js';
import { bundle } from '../../../test-support/bundle.js';
import type { ToolCall, ToolsSocket } from '../../agent-tools/index.js';
import { startToolsSocket, toolsFor } from '../../agent-tools/index.js';
import type { AgentEnd, AgentEvent, AgentSessionHandle, AgentTurn, AgentWork } from '../index.js';
import { createAgents } from '../index.js';
import { conversationOf, makeFolder, until } from '../test-support/conversation.js';

let agentMain: Bundle;
let mcpMain: Bundle;
let folder: Awaited<ReturnType<typeof makeFolder>>;
let tools: ToolsSocket;
let calls: { runId: string; call: ToolCall }[];
const open: AgentSessionHandle[] = [];
let serial = 0;

beforeAll(async () => {
  [agentMain, mcpMain] = await Promise.all([bundle('features/agents/rehearsal/agent-main.ts'), bundle('features/agent-tools/test-support/mcp-main.ts')]);
});
afterAll(async () => {
  await Promise.all([agentMain.remove(), mcpMain.remove()]);
});
beforeEach(async () => {
  folder = await makeFolder();
  await mkdir(join(folder.path, 'lane'));
  execFileSync('git', ['init', '--quiet'], { cwd: join(folder.path, 'lane') });
  calls = [];
  tools = await startToolsSocket({
    socketPath: join(folder.path, 'tools', 'socket'),
    clock: systemClock(),
    onProblem: () => undefined,
    host: {
      handle: (runId, call) => {
        calls.push({ runId, call });
        return Promise.resolve(call.tool === 'catalog_search' ? { ok: true, text: 'The catalog of this project is empty.' } : { ok: true, text: 'Noted.' });
      },
    },
  });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((handle) => handle.cancel()));
  await tools.close();
  await folder.remove();
});

const lane = (file = '') => join(folder.path, 'lane', file);

async function start(script: unknown, work: Partial<AgentWork> = {}, more: Partial<AgentTurn> = {}): Promise<AgentSessionHandle> {
  const file = join(folder.path, 'script.yaml');
  await writeFile(file, typeof script === 'string' ? script : JSON.stringify(script));
  const host = { PATH: process.env['PATH'] ?? '', HOME: folder.path, STUDIO_SECRET: 'secret', MAESTRO_SECRET_KEY: 'secret' };
  const agents = createAgents({ host, clock: systemClock(), rehearsal: { script: file, entry: agentMain.file } });
  serial += 1;
  const runId = `run-${serial}`;
  const purpose = work.purpose ?? 'implement';
  const names = toolsFor(purpose === 'review' ? 'review' : 'implement');
  const handle = agents.find('rehearsal')!.start({
    runId,
    cwd: lane(),
    prompt: 'Please do the work.',
    work: { taskKey: 'SHOP-1', attempt: 1, revision: 0, repair: 0, ...work, purpose },
    marker: `rehearsal-test-${process.pid}-${serial}`,
    env: { GIT_AUTHOR_NAME: 'R', GIT_AUTHOR_EMAIL: 'r@example.com', GIT_COMMITTER_NAME: 'R', GIT_COMMITTER_EMAIL: 'r@example.com' },
    tools: { command: process.execPath, args: [mcpMain.file], socketPath: tools.socketPath, token: tools.grant(runId, names), names },
    ...more,
  });
  open.push(handle);
  return handle;
}

const task = (purposes: unknown) => ({ 'maestro-rehearsal': 1, tasks: { 'SHOP-1': purposes } });
const steps = (...list: unknown[]) => task({ implement: [{ steps: list }] });
async function finish(handle: AgentSessionHandle): Promise<{ end: AgentEnd; events: AgentEvent[] }> {
  const end = await handle.ended;
  await handle.close();
  return { end, events: await conversationOf(handle) };
}

describe('the rehearsal agent, as a real process', () => {
  it('edits, commits and says so', async () => {
    const script = `
maestro-rehearsal: 1
tasks:
  SHOP-1:
    implement:
      - steps:
          - write: { path: src/cart.js, content: "let total = 0;\\n" }
          - append: { path: src/cart.js, content: "export { total };\\n" }
          - replace: { path: src/cart.js, find: let, with: const }
          - write: { path: scrap.txt, content: x }
          - delete: scrap.txt
          - run: grep -q const src/cart.js
          - commit: Add the cart
          - usage: { inputTokens: 12, outputTokens: 3 }
          - say: The cart is written.
`;
    const { end, events } = await finish(await start(script));
    expect(end).toEqual({ kind: 'completed', finalMessage: '[rehearsal] The cart is written.' });
    expect(await readFile(lane('src/cart.js'), 'utf8')).toBe('const total = 0;\nexport { total };\n');
    expect(execFileSync('git', ['log', '--format=%s'], { cwd: lane() }).toString()).toBe('Add the cart\n');
    expect(events[0]).toMatchObject({ kind: 'session' });
    const started = events.filter((event) => event.kind === 'tool_started');
    const ended = events.filter((event) => event.kind === 'tool_ended');
    expect(started.map(({ name }) => name)).toEqual(['write', 'append', 'replace', 'write', 'delete', 'run', 'commit']);
    expect(ended.map(({ id, ok }) => [id, ok])).toEqual(started.map(({ id }) => [id, true]));
    expect(events).toContainEqual({ kind: 'usage', inputTokens: 12, outputTokens: 3, cachedInputTokens: 0 });
    expect(events.at(-2)).toEqual({ kind: 'message', text: '[rehearsal] The cart is written.' });
  });

  it('calls the tools of its run through the MCP server', async () => {
    const verdict = { verdict: 'rejected', summary: 'One thing.', findings: [{ path: 'a.js', line: 2, severity: 'blocking', message: 'Wrong.' }] };
    const script = task({ review: [{ steps: [{ tool: { name: 'catalog_search', args: { query: 'cart' } } }, { verdict }] }] });
    const { end } = await finish(await start(script, { purpose: 'review' }));
    expect(end).toMatchObject({ kind: 'completed' });
    expect(calls).toEqual([
      { runId: `run-${serial}`, call: { tool: 'catalog_search', input: { query: 'cart', limit: 8 } } },
      { runId: `run-${serial}`, call: { tool: 'verdict', input: verdict } },
    ]);
  });

  it('has no verdict as an implementer', async () => {
    const { end } = await finish(await start(steps({ tool: { name: 'verdict', args: { verdict: 'approved' }, refused: true } }, { say: 'Refused, as it should be.' })));
    expect(end.kind).toBe('completed');
    expect(calls).toEqual([]);
  });

  it('gives a verdict as text where asked to', async () => {
    const script = task({ review: [{ steps: [{ verdict: { verdict: 'rejected', summary: 'not yet', via: 'text' } }] }] });
    const { end } = await finish(await start(script, { purpose: 'review' }));
    expect(end).toEqual({ kind: 'completed', finalMessage: '[rehearsal] The change needs work.\n\nVERDICT: REJECTED — not yet' });
  });

  it('plays the part that fits attempt, revision, repair and turn', async () => {
    const script = task({
      implement: [
        { when: { repair: 1 }, steps: [{ say: 'repair' }] },
        { when: { revision: 2 }, steps: [{ say: 'second revision' }] },
        { when: { turn: 2 }, steps: [{ expect_prompt: 'tests fail' }, { say: 'second turn' }] },
        { steps: [{ say: 'first' }] },
      ],
    });
    expect((await finish(await start(script, { repair: 1, revision: 1 }))).end).toMatchObject({ finalMessage: '[rehearsal] repair' });
    expect((await finish(await start(script, { revision: 2 }))).end).toMatchObject({ finalMessage: '[rehearsal] second revision' });
    const handle = await start(script);
    expect(await handle.ended).toMatchObject({ finalMessage: '[rehearsal] first' });
    const [before] = handle.processes();
    expect(await handle.prompt('The tests fail: …')).toMatchObject({ finalMessage: '[rehearsal] second turn' });
    expect(handle.processes()).toEqual([before]);
    await handle.close();
    expect(isSameProcessAlive(before!)).toBe(false);
  });

  it.each([
    ['no part fits', task({ review: [] }), /no steps for implement of task SHOP-1/],
    ['the script is not valid', { 'maestro-rehearsal': 1, tasks: { 'SHOP-1': { implement: [{ steps: [{ writ: 1 }] }] } } }, /steps.0: a step is one of: write/],
    ['a replacement does not fit', steps({ replace: { path: 'none.js', find: 'a', with: 'b' } }), /there is no none.js/],
    ['a command fails', steps({ run: 'echo broken; exit 3' }), /exit code 3. broken/],
    ['nothing is in conflict', steps({ write: { path: 'a', content: 'a' } }, { resolve_conflicts: { path: 'a', content: 'b' } }), /a is not in conflict/],
    ['a path leaves the lane', steps({ write: { path: '../a', content: 'a' } }), /relative path inside the lane/],
  ])('fails with class script when %s', async (_title, script, sentence) => {
    const { end } = await finish(await start(script));
    expect(end).toMatchObject({ kind: 'failed', class: 'script', sentence: expect.stringMatching(sentence) as string });
  });

  it('fails as the script says, with the time until a limit ends', async () => {
    const { end, events } = await finish(await start(steps({ fail: { class: 'quota', sentence: 'No more today.', seconds: 3_600 } })));
    const until = expect.stringMatching(/^\d{4}-.*Z$/) as unknown;
    expect(end).toEqual({ kind: 'failed', class: 'quota', sentence: 'No more today.', until });
    expect(events).toContainEqual({ kind: 'quota', sentence: 'No more today.', until });
  });

  it('resolves a real conflict', async () => {
    const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { cwd: lane(), stdio: 'pipe' });
    for (const [branch, text] of [['main', 'base'], ['theirs', 'theirs'], ['ours', 'ours']] as const) {
      if (branch === 'ours') git('checkout', '--quiet', 'main');
      git('checkout', '--quiet', '-B', branch);
      await writeFile(lane('a.txt'), `${text}\n`);
      git('add', 'a.txt');
      git('commit', '--quiet', '-m', branch);
    }
    expect(() => git('merge', 'theirs')).toThrow();
    const { end } = await finish(await start(steps({ resolve_conflicts: { path: 'a.txt', content: 'both\n' } }, { commit: 'Merge theirs' }, { say: 'Resolved.' })));
    expect(end.kind).toBe('completed');
    expect(git('log', '-1', '--format=%P').toString().trim().split(' ')).toHaveLength(2);
  });

  it('waits for a file, and is killed with all its grandchildren by cancel', async () => {
    const pids = join(folder.path, 'pids');
    const handle = await start(steps({ spawn_children: { count: 3, file: pids } }, { say: 'Started.' }, { wait_for: 'never' }));
    const grandchildren = await until(async () => {
      const text = await readFile(pids, 'utf8').catch(() => '');
      return text.split('\n').length === 4 ? text.trim().split('\n').map(Number) : undefined;
    });
    const all = [handle.processes()[0]!, ...grandchildren.map((pid) => ({ pid, startTime: readStartTime(pid) ?? '' }))];
    expect(all.every(isSameProcessAlive)).toBe(true);
    const started = performance.now();
    await handle.cancel();
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(await handle.ended).toMatchObject({ kind: 'failed', class: 'cancelled' });
    expect(all.filter(isSameProcessAlive)).toEqual([]);
  });

  it('ends as a crash when the process exits or is killed in the middle', async () => {
    expect((await finish(await start(steps({ exit: 7 })))).end).toMatchObject({ kind: 'failed', class: 'crash', sentence: expect.stringContaining('exit code 7') as string });
    const handle = await start(steps({ say: 'Busy.' }, { hang: true }));
    const events = handle.events[Symbol.asyncIterator]();
    for (let next = await events.next(); next.value?.kind !== 'session'; next = await events.next());
    process.kill(handle.processes()[0]!.pid, 'SIGKILL');
    expect(await handle.ended).toMatchObject({ kind: 'failed', class: 'crash', sentence: expect.stringContaining('SIGKILL') as string });
  });

  it('sees neither the daemon’s secrets nor anything that was not allowed', async () => {
    const { end } = await finish(await start(steps({ run: 'env > env.txt' }, { say: 'Done.' })));
    expect(end.kind).toBe('completed');
    const env = await readFile(lane('env.txt'), 'utf8');
    expect(env).not.toContain('secret');
    expect(env).toContain('MAESTRO_RUN_MARKER=rehearsal-test-');
    // The token is for the MCP server, which gets it by message.
    expect(env).not.toContain('MAESTRO_TOOLS_TOKEN');
  });

  it('goes on with an earlier conversation', async () => {
    const first = await start(steps({ say: 'one' }));
    const { events } = await finish(first);
    const id = events.find((event) => event.kind === 'session')!.id;
    const second = await finish(await start(steps({ say: 'two' }), {}, { resume: { id } }));
    expect(second.events[0]).toEqual({ kind: 'session', id });
    expect(second.end).toMatchObject({ finalMessage: '[rehearsal] two' });
  });
});
