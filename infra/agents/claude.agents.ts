import { access, readFile, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ModelScript } from '../test-support/scripted-model.js';
import { ANSWER_USAGE, turns } from '../test-support/scripted-model.js';
import { waitFor } from '../test-support/wait-for.js';
import type { Workbench } from './workbench.js';
import { finish, installedVersion, makeWorkbench } from './workbench.js';

let bench: Workbench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});
const open = async (script: ModelScript) => {
  bench = await makeWorkbench('claude', script);
  return bench;
};

describe('Claude Code, the real program', () => {
  it('is found with its version', async () => {
    const { adapter } = await open(turns());
    expect(await adapter.detect()).toMatchObject({ name: 'claude', installed: true, version: installedVersion('@anthropic-ai/claude-code') });
  });

  it('writes a file, runs a command and tells what it used', async () => {
    let script: ModelScript = turns();
    const { lane, start, model } = await open((request) => script(request));
    script = turns([
      { say: 'I write it.', call: 'Write', input: { file_path: join(lane, 'cart.js'), content: 'export const total = 0;\n' } },
      { call: 'Bash', input: { command: 'node --check cart.js && echo checked', description: 'Check the file' } },
      { say: 'The cart is written.' },
    ]);
    const { end, events } = await finish(start({ prompt: 'Write the cart. Väldigt bra ✓' }));
    expect(end).toEqual({ kind: 'completed', finalMessage: 'The cart is written.' });
    expect(await readFile(join(lane, 'cart.js'), 'utf8')).toBe('export const total = 0;\n');
    expect(model.requests.some(({ prompt, key }) => prompt.includes('Väldigt bra ✓') && key === 'scripted-key')).toBe(true);
    expect(events.filter(({ kind }) => kind === 'tool_started')).toMatchObject([{ name: 'Write' }, { name: 'Bash', title: 'Bash: Check the file' }]);
    expect(events.filter(({ kind }) => kind === 'tool_ended')).toMatchObject([{ ok: true }, { ok: true, summary: 'checked' }]);
    expect(events.filter(({ kind }) => kind === 'message')).toEqual([{ kind: 'message', text: 'I write it.' }, { kind: 'message', text: 'The cart is written.' }]);
    const usage = events.find((event) => event.kind === 'usage')!;
    expect(usage).toMatchObject({ inputTokens: 3 * ANSWER_USAGE.inputTokens, outputTokens: 3 * ANSWER_USAGE.outputTokens });
  });

  it.each(['approved', 'rejected'] as const)('reviews: %s, by the verdict tool', async (verdict) => {
    const findings = verdict === 'rejected' ? [{ path: 'README.md', line: 1, severity: 'blocking', message: 'Name the shop.' }] : [];
    const { start, calls } = await open(turns([{ call: 'mcp__maestro__verdict', input: { verdict, summary: 'Read it.', findings } }, { say: 'I gave my verdict.' }]));
    const { end, events } = await finish(start({ prompt: 'Review the change.', purpose: 'review', toolNames: ['task_get', 'verdict'] }));
    expect(end).toEqual({ kind: 'completed', finalMessage: 'I gave my verdict.' });
    expect(calls).toEqual([{ runId: 'run-1', call: { tool: 'verdict', input: { verdict, summary: 'Read it.', findings } } }]);
    expect(events.find((event) => event.kind === 'tool_ended')).toMatchObject({ ok: true, summary: 'Maestro noted your verdict.' });
  });

  it('offers the model only the tools of its run', async () => {
    const { start, model } = await open(turns([{ say: 'Nothing to do.' }]));
    await finish(start({ prompt: 'Hello', toolNames: ['task_get', 'checkpoint'] }));
    const offered = new Set(model.requests.flatMap(({ tools }) => tools).filter((tool) => tool.startsWith('mcp__')));
    expect([...offered].sort()).toEqual(['mcp__maestro__checkpoint', 'mcp__maestro__task_get']);
  });

  it('remembers its conversation over turns and over runs', async () => {
    const { start, model } = await open(turns([{ say: 'First.' }], [{ say: 'Second.' }], [{ say: 'Third.' }]));
    const handle = start({ prompt: 'One' });
    expect(await handle.ended).toMatchObject({ finalMessage: 'First.' });
    expect(await handle.prompt('Two')).toMatchObject({ finalMessage: 'Second.' });
    await handle.close();
    const { events } = await finish(handle);
    const ids = events.flatMap((event) => (event.kind === 'session' ? [event.id] : []));
    expect(new Set(ids).size).toBe(1);
    const again = await finish(start({ prompt: 'Three', resume: { id: ids[0]! } }));
    expect(again.end).toMatchObject({ finalMessage: 'Third.' });
    expect(again.events.find((event) => event.kind === 'usage')).toMatchObject({ inputTokens: ANSWER_USAGE.inputTokens });
    expect(model.requests.at(-1)?.prompt).toContain('Three');
  });

  it('fails when the conversation to resume is gone', async () => {
    const { start } = await open(turns([{ say: 'Never said.' }]));
    const { end } = await finish(start({ prompt: 'Go on', resume: { id: '00000000-0000-4000-8000-000000000000' } }));
    expect(end).toMatchObject({ kind: 'failed', class: 'protocol', sentence: expect.stringContaining('no longer has the conversation') as string });
  });

  it('takes new words while it works', async () => {
    const { start, model, lane } = await open((request) =>
      request.results.length === 0
        ? { call: 'Bash', input: { command: 'touch working; until [ -e go-on ]; do sleep 0.05; done', description: 'Work' } }
        : { say: request.prompt.includes('Use tabs') ? 'With tabs.' : 'Without.' },
    );
    const handle = start({ prompt: 'Write it.' });
    await waitFor(() => exists(join(lane, 'working')), { what: 'the agent to work', timeoutMs: 30_000 });
    expect(await handle.steer?.('Use tabs')).toBe(true);
    await writeFile(join(lane, 'go-on'), '');
    const { end } = await finish(handle);
    expect(end).toEqual({ kind: 'completed', finalMessage: 'With tabs.' });
    expect(model.requests.at(-1)?.prompt).toContain('Use tabs');
  });

  it('does not run hooks that the repository planted', async () => {
    const { start, lane } = await open(turns([{ say: 'Done.' }]));
    const hook = { hooks: [{ type: 'command', command: `touch ${join(lane, 'hook-ran')}` }] };
    await mkdir(join(lane, '.claude'));
    for (const file of ['settings.json', 'settings.local.json']) await writeFile(join(lane, '.claude', file), JSON.stringify({ hooks: { SessionStart: [hook], Stop: [hook] } }));
    expect((await finish(start({ prompt: 'Hello' }))).end.kind).toBe('completed');
    expect(await exists(join(lane, 'hook-ran'))).toBe(false);
  });

  it('says that a limit is reached', async () => {
    const body = { type: 'error', error: { type: 'rate_limit_error', message: "This request would exceed your account's rate limit." } };
    const { start } = await open(() => ({ status: 429, body, headers: { 'x-should-retry': 'false' } }));
    const { end, events } = await finish(start({ prompt: 'Hello' }));
    expect(end).toMatchObject({ kind: 'failed', class: 'quota' });
    expect(events.some(({ kind }) => kind === 'quota')).toBe(true);
  });

  it('gives up on a refused key within seconds', async () => {
    const { start } = await open(() => ({ status: 401, body: { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } } }));
    const { end } = await finish(start({ prompt: 'Hello' }));
    expect(end).toMatchObject({ kind: 'failed', class: 'auth' });
  });

  it('is gone with its children when cancelled', async () => {
    const { start, lane } = await open(turns([{ call: 'Bash', input: { command: 'setsid sh -c "echo \\$\\$ > child.pid; exec sleep 600" & sleep 600', description: 'Work' } }]));
    const handle = start({ prompt: 'Work.' });
    const pid = await waitFor(async () => Number(await readFile(join(lane, 'child.pid'), 'utf8').catch(() => '0')), { what: 'a child', timeoutMs: 30_000 });
    const leader = handle.processes()[0]!.pid;
    await handle.cancel();
    expect(await handle.ended).toMatchObject({ class: 'cancelled' });
    for (const gone of [pid, leader]) expect(await exists(`/proc/${gone}/exe`)).toBe(false);
  });
});

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
