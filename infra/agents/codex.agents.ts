import { access, readFile } from 'node:fs/promises';
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
  bench = await makeWorkbench('codex', script);
  return bench;
};

describe('Codex, the real program', () => {
  it('is found with its version', async () => {
    const { adapter } = await open(turns());
    expect(await adapter.detect()).toMatchObject({ name: 'codex', installed: true, version: installedVersion('@openai/codex') });
  });

  it('runs a command that writes a file and tells what it used', async () => {
    const { lane, start, model } = await open(turns([{ say: 'I write it.', call: 'exec_command', input: { cmd: 'echo hello > hello.txt && cat hello.txt' } }, { say: 'Done.' }]));
    // A prompt of one word is a subcommand for a program that reads it from its arguments.
    const { end, events } = await finish(start({ prompt: 'review' }));
    expect(end).toEqual({ kind: 'completed', finalMessage: 'Done.' });
    expect(await readFile(join(lane, 'hello.txt'), 'utf8')).toBe('hello\n');
    expect(model.requests[0]).toMatchObject({ key: 'scripted-key', prompt: expect.stringContaining('review') as string });
    expect(events.find((event) => event.kind === 'tool_started')).toMatchObject({ name: 'command', title: expect.stringContaining('hello.txt') as string });
    expect(events.find((event) => event.kind === 'tool_ended')).toMatchObject({ ok: true, summary: 'hello\n' });
    expect(events.filter(({ kind }) => kind === 'message')).toEqual([{ kind: 'message', text: 'I write it.' }, { kind: 'message', text: 'Done.' }]);
    expect(events.find((event) => event.kind === 'usage')).toMatchObject({ inputTokens: 2 * ANSWER_USAGE.inputTokens, outputTokens: 2 * ANSWER_USAGE.outputTokens });
  });

  it.each(['approved', 'rejected'] as const)('reviews: %s, by the verdict tool', async (verdict) => {
    const findings = verdict === 'rejected' ? [{ path: 'README.md', line: 1, severity: 'blocking', message: 'Name the shop.' }] : [];
    const { start, calls } = await open(turns([{ call: 'mcp__maestro__verdict', input: { verdict, summary: 'Read it.', findings } }, { say: 'I gave my verdict.' }]));
    const { end, events } = await finish(start({ prompt: 'Review the change.', purpose: 'review', toolNames: ['task_get', 'verdict'] }));
    expect(end).toEqual({ kind: 'completed', finalMessage: 'I gave my verdict.' });
    expect(calls).toEqual([{ runId: 'run-1', call: { tool: 'verdict', input: { verdict, summary: 'Read it.', findings } } }]);
    expect(events.find((event) => event.kind === 'tool_started')).toMatchObject({ name: 'maestro.verdict' });
    expect(events.find((event) => event.kind === 'tool_ended')).toMatchObject({ ok: true, summary: 'Maestro noted your verdict.' });
  });

  it('offers the model only the tools of its run', async () => {
    const { start, model } = await open(turns([{ say: 'Nothing to do.' }]));
    await finish(start({ prompt: 'Hello', toolNames: ['task_get', 'checkpoint'] }));
    const offered = new Set(model.requests.flatMap(({ tools }) => tools).filter((tool) => tool.startsWith('mcp__')));
    expect([...offered].sort()).toEqual(['mcp__maestro__checkpoint', 'mcp__maestro__task_get']);
  });

  it('remembers its conversation over turns and over runs, and counts every token once', async () => {
    const { start } = await open(turns([{ say: 'First.' }], [{ say: 'Second.' }], [{ say: 'Third.' }]));
    const handle = start({ prompt: 'One' });
    expect(await handle.ended).toMatchObject({ finalMessage: 'First.' });
    expect(await handle.prompt('Two')).toMatchObject({ finalMessage: 'Second.' });
    const { events } = await finish(handle);
    const ids = events.flatMap((event) => (event.kind === 'session' ? [event.id] : []));
    expect(new Set(ids).size).toBe(1);
    const counted = events.flatMap((event) => (event.kind === 'usage' ? [event.inputTokens] : []));
    expect(counted).toEqual([ANSWER_USAGE.inputTokens, ANSWER_USAGE.inputTokens]);
    const usedBefore = { inputTokens: 2 * ANSWER_USAGE.inputTokens, outputTokens: 2 * ANSWER_USAGE.outputTokens };
    const again = await finish(start({ prompt: 'Three', resume: { id: ids[0]!, usedBefore } }));
    expect(again.end).toMatchObject({ finalMessage: 'Third.' });
    expect(again.events.find((event) => event.kind === 'usage')).toMatchObject({ inputTokens: ANSWER_USAGE.inputTokens, outputTokens: ANSWER_USAGE.outputTokens });
  });

  it('fails when the conversation to resume is gone', async () => {
    const { start } = await open(turns([{ say: 'Never said.' }]));
    const { end } = await finish(start({ prompt: 'Go on', resume: { id: '00000000-0000-7000-8000-000000000000' } }));
    expect(end).toMatchObject({ kind: 'failed', class: 'protocol', sentence: expect.stringContaining('no longer has the conversation') as string });
  });

  it('says when its limit ends', async () => {
    const resetsAt = Math.floor(Date.now() / 1_000) + 3_600;
    const error = { type: 'usage_limit_reached', message: 'The usage limit has been reached', plan_type: 'plus', resets_at: resetsAt, resets_in_seconds: 3_600 };
    const { start } = await open(() => ({ status: 429, body: { error } }));
    const { end } = await finish(start({ prompt: 'Hello' }));
    expect(end).toMatchObject({ kind: 'failed', class: 'quota' });
    const until = end.kind === 'failed' ? Date.parse(end.until ?? '') : Number.NaN;
    // It tells the time to the minute.
    expect(Math.abs(until - resetsAt * 1_000)).toBeLessThanOrEqual(60_000);
  });

  it('says that a key was refused', async () => {
    const { start } = await open(() => ({ status: 401, body: { error: { type: 'authentication_error', message: 'invalid key' } } }));
    const { end } = await finish(start({ prompt: 'Hello' }));
    expect(end).toMatchObject({ kind: 'failed', class: 'auth' });
  });

  it('is gone with its children when cancelled', async () => {
    const { start, lane } = await open(turns([{ call: 'exec_command', input: { cmd: 'touch working; sleep 600' } }]));
    const handle = start({ prompt: 'Work.' });
    await waitFor(() => exists(join(lane, 'working')), { what: 'the agent to work', timeoutMs: 30_000 });
    const leader = handle.processes()[0]!.pid;
    await handle.cancel();
    expect(await handle.ended).toMatchObject({ class: 'cancelled' });
    expect(await exists(`/proc/${leader}/exe`)).toBe(false);
  });
});

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
