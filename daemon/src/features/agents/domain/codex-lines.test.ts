import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { CodexState } from './codex-lines.js';
import { codexStart, readCodexLine } from './codex-lines.js';
import type { AgentEnd, AgentEvent } from './events.js';
import commands from './fixtures/codex-commands.jsonl?raw';
import items from './fixtures/codex-items.jsonl?raw';
import limit from './fixtures/codex-limit.jsonl?raw';
import refusedKey from './fixtures/codex-refused-key.jsonl?raw';

const moment = { now: Date.UTC(2026, 10, 20, 12), zone: 'UTC' };

function readAll(transcript: string, start: CodexState = codexStart()): { events: AgentEvent[]; ends: AgentEnd[]; state: CodexState } {
  let state = start;
  const events: AgentEvent[] = [];
  const ends: AgentEnd[] = [];
  for (const line of transcript.split('\n')) {
    const reading = readCodexLine(line, state, moment);
    state = reading.state;
    events.push(...reading.events);
    if (reading.end !== undefined) ends.push(reading.end);
  }
  return { events, ends, state };
}

describe('what Codex printed', () => {
  it('when it ran commands', () => {
    const { events, ends } = readAll(commands);
    expect(ends).toEqual([{ kind: 'completed', finalMessage: 'Done.' }]);
    const command = (id: string, text: string) => ({ kind: 'tool_started', id, name: 'command', title: text, input: text });
    expect(events).toEqual([
      { kind: 'session', id: '01a1fb66-02d1-7c70-b80c-d87bfa040b59' },
      { kind: 'log', stream: 'stderr', text: expect.stringContaining('Model metadata') as string },
      { kind: 'message', text: 'I write it.' },
      command('item_2', "/bin/bash -lc 'echo hello > hello.txt && cat hello.txt'"),
      { kind: 'tool_ended', id: 'item_2', ok: true, summary: 'hello\n' },
      command('item_3', "/bin/bash -lc 'exit 3'"),
      { kind: 'tool_ended', id: 'item_3', ok: false },
      { kind: 'message', text: 'Done.' },
      { kind: 'usage', inputTokens: 30, outputTokens: 15, cachedInputTokens: 0 },
    ]);
  });

  it('when it changed files, called tools and searched', () => {
    const { events, ends } = readAll(items);
    expect(ends).toEqual([{ kind: 'completed', finalMessage: 'All done.\n\nVERDICT: APPROVED' }]);
    expect(events.slice(1)).toEqual([
      { kind: 'thought', text: '**Looking**' },
      { kind: 'tool_started', id: 'item_1', name: 'file_change', title: '2 files changed', input: 'add src/a.js\nupdate src/b.js' },
      { kind: 'tool_ended', id: 'item_1', ok: true },
      { kind: 'tool_started', id: 'item_2', name: 'maestro.verdict', title: 'maestro.verdict', input: '{"verdict":"approved"}' },
      { kind: 'tool_ended', id: 'item_2', ok: true, summary: 'Noted.' },
      { kind: 'tool_started', id: 'item_3', name: 'maestro.subtask', title: 'maestro.subtask', input: '{}' },
      { kind: 'tool_ended', id: 'item_3', ok: false, summary: 'title: required' },
      { kind: 'tool_started', id: 'item_4', name: 'web_search', title: 'Search: npm' },
      { kind: 'tool_ended', id: 'item_4', ok: true },
      { kind: 'message', text: 'All done.\n\nVERDICT: APPROVED' },
      { kind: 'usage', inputTokens: 100, outputTokens: 7, cachedInputTokens: 60 },
    ]);
  });

  it('when its limit was reached', () => {
    const { ends, events } = readAll(limit);
    expect(ends).toMatchObject([{ kind: 'failed', class: 'quota', until: '2026-11-21T23:00:00.000Z' }]);
    expect(events.at(-1)).toMatchObject({ kind: 'quota', until: '2026-11-21T23:00:00.000Z' });
  });

  it('when its key was refused: retries are no end', () => {
    const { ends, events } = readAll(refusedKey);
    expect(ends).toMatchObject([{ kind: 'failed', class: 'auth' }]);
    expect(events.filter(({ kind }) => kind === 'log').length).toBeGreaterThan(5);
  });
});

describe('its running totals', () => {
  const completed = (input: number, output: number) => JSON.stringify({ type: 'turn.completed', usage: { input_tokens: input, cached_input_tokens: 0, output_tokens: output } });
  const usages = (transcript: string[], start?: CodexState) => readAll(transcript.join('\n'), start).events.map((event) => (event.kind === 'usage' ? event.inputTokens : -1));

  it('are counted once over turns and after a resume', () => {
    expect(usages([completed(100, 10), completed(150, 12)])).toEqual([100, 50]);
    expect(usages([completed(180, 20)], codexStart({ inputTokens: 150, outputTokens: 12, cachedInputTokens: 0 }))).toEqual([30]);
  });

  it('are taken whole when they begin again', () => {
    expect(usages([completed(100, 10), completed(40, 4)])).toEqual([100, 40]);
  });

  test.prop([fc.array(fc.tuple(fc.nat(10_000), fc.nat(10_000)), { maxLength: 20 })])('add up to the last one while they only grow', (steps) => {
    let [input, output] = [0, 0];
    const transcript = steps.map(([more, less]) => completed((input += more), (output += less)));
    expect(usages(transcript).reduce((sum, each) => sum + each, 0)).toBe(input);
  });
});

describe('whatever comes', () => {
  const types = fc.constantFrom('thread.started', 'turn.started', 'turn.completed', 'turn.failed', 'item.started', 'item.completed', 'error', 'other');
  const kinds = fc.constantFrom('agent_message', 'reasoning', 'command_execution', 'file_change', 'mcp_tool_call', 'web_search', 'error', 'todo_list');
  const item = fc.tuple(kinds, fc.object()).map(([type, rest]) => ({ ...rest, type }));
  const lines = fc.oneof(fc.string(), fc.json(), fc.tuple(types, item, fc.object()).map(([type, inner, usage]) => JSON.stringify({ type, item: inner, usage, error: usage })));

  test.prop([fc.array(lines, { maxLength: 20 })])('it never throws, and never counts below zero', (transcript) => {
    for (const event of readAll(transcript.join('\n')).events) {
      if (event.kind === 'usage') expect(Math.min(event.inputTokens, event.outputTokens, event.cachedInputTokens ?? 0)).toBeGreaterThanOrEqual(0);
    }
  });
});
