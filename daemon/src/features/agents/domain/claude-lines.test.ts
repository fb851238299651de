import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { ClaudeReading, ClaudeState } from './claude-lines.js';
import { CLAUDE_START, readClaudeLine } from './claude-lines.js';
import type { AgentEnd, AgentEvent } from './events.js';
import limit from './fixtures/claude-limit.jsonl?raw';
import maxTurns from './fixtures/claude-max-turns.jsonl?raw';
import refusedKey from './fixtures/claude-refused-key.jsonl?raw';
import twoTurns from './fixtures/claude-two-turns.jsonl?raw';

const moment = { now: Date.UTC(2026, 10, 20, 12), zone: 'UTC' };
const session: AgentEvent = { kind: 'session', id: 'b46ed178-415b-418e-ab12-619d0bd690c9', model: 'claude-opus-4-8[1m]' };

function readAll(transcript: string): { events: AgentEvent[]; ends: AgentEnd[]; readings: ClaudeReading[] } {
  let state: ClaudeState = CLAUDE_START;
  const readings = transcript.split('\n').map((line) => {
    const reading = readClaudeLine(line, state, moment);
    state = reading.state;
    return reading;
  });
  return { readings, events: readings.flatMap(({ events }) => events), ends: readings.flatMap(({ end }) => (end === undefined ? [] : [end])) };
}

describe('what Claude Code printed', () => {
  it('in two turns of one process', () => {
    const { events, ends } = readAll(twoTurns);
    expect(ends).toEqual([
      { kind: 'completed', finalMessage: 'The cart is written.' },
      { kind: 'completed', finalMessage: 'Second.' },
    ]);
    expect(events).toEqual([
      session,
      { kind: 'message', text: 'I write the cart.' },
      { kind: 'tool_started', id: 'toolu_1', name: 'Write', title: 'Write: /lane/cart.js', input: '{"file_path":"/lane/cart.js","content":"export const total = 0;\\n"}' },
      { kind: 'tool_ended', id: 'toolu_1', ok: true, summary: expect.stringContaining('File created') as string },
      { kind: 'tool_started', id: 'toolu_2', name: 'Bash', title: 'Bash: Check the file', input: expect.stringContaining('node --check') as string },
      { kind: 'tool_ended', id: 'toolu_2', ok: true, summary: 'checked' },
      { kind: 'tool_started', id: 'toolu_3', name: 'Bash', title: 'Bash: Fail', input: '{"command":"exit 3","description":"Fail"}' },
      { kind: 'tool_ended', id: 'toolu_3', ok: false, summary: 'Exit code 3' },
      { kind: 'message', text: 'The cart is written.' },
      { kind: 'usage', inputTokens: 40, outputTokens: 20, cachedInputTokens: 0, costUsd: expect.closeTo(0.0007, 9) as number },
      session,
      { kind: 'message', text: 'Second.' },
      // Tokens are counted per turn, the cost runs on: 0.000875 was reported.
      { kind: 'usage', inputTokens: 10, outputTokens: 5, cachedInputTokens: 0, costUsd: expect.closeTo(0.000175, 9) as number },
    ]);
  });

  it('when its turn cap was reached', () => {
    expect(readAll(maxTurns).ends).toMatchObject([{ kind: 'failed', class: 'turns' }]);
  });

  it('when its limit was reached; its own error is no message of the agent', () => {
    const { events, ends } = readAll(limit);
    expect(ends).toMatchObject([{ kind: 'failed', class: 'quota', sentence: expect.stringContaining('rate limit') as string }]);
    expect(events.map(({ kind }) => kind)).toEqual(['session', 'log', 'usage', 'quota']);
  });

  it('when its key was refused: the second refusal settles it', () => {
    const { readings } = readAll(refusedKey);
    const hopeless = readings.findIndex((reading) => reading.hopeless === true);
    expect(readings[hopeless]?.end).toMatchObject({ kind: 'failed', class: 'auth' });
    expect(readings.slice(0, hopeless).flatMap(({ events }) => events).filter(({ kind }) => kind === 'log')).toHaveLength(1);
  });
});

describe('single lines', () => {
  const read = (value: unknown, state = CLAUDE_START) => readClaudeLine(JSON.stringify(value), state, moment);

  it('takes the end of a limit from the event before the result', () => {
    const { state, events } = read({ type: 'rate_limit_event', rate_limit_info: { status: 'rejected', resetsAt: 1_795_302_000, rateLimitType: 'five_hour' } });
    const until = new Date(1_795_302_000_000).toISOString();
    expect(events).toEqual([{ kind: 'quota', sentence: 'Claude Code has reached its five hour limit.', until }]);
    expect(read({ type: 'result', subtype: 'success', is_error: true, result: "You've hit your limit" }, state).end).toMatchObject({ class: 'quota', until });
  });

  it('does not take a warning for a limit', () => {
    expect(read({ type: 'rate_limit_event', rate_limit_info: { status: 'allowed_warning', resetsAt: 1_795_302_000 } }).events).toEqual([]);
  });

  it('shows a sub-agent’s words without making them the agent’s own', () => {
    const message = { content: [{ type: 'text', text: 'VERDICT: APPROVED' }] };
    expect(read({ type: 'assistant', parent_tool_use_id: 'toolu_9', message }).events).toEqual([{ kind: 'log', stream: 'stdout', text: 'VERDICT: APPROVED' }]);
    expect(read({ type: 'assistant', parent_tool_use_id: null, message }).events).toEqual([{ kind: 'message', text: 'VERDICT: APPROVED' }]);
  });

  it('counts cached tokens as input', () => {
    const usage = { input_tokens: 1, cache_read_input_tokens: 20, cache_creation_input_tokens: 300, output_tokens: 4 };
    expect(read({ type: 'result', subtype: 'success', is_error: false, result: 'x', usage }).events).toEqual([{ kind: 'usage', inputTokens: 321, outputTokens: 4, cachedInputTokens: 20 }]);
  });

  it('says which tools were not permitted', () => {
    const { events } = read({ type: 'result', subtype: 'success', result: '', permission_denials: [{ tool_name: 'WebFetch' }] });
    expect(events).toContainEqual({ kind: 'log', stream: 'stderr', text: 'Claude Code was not permitted to use WebFetch.' });
  });

  it('passes over what it does not know and shows what is no JSON', () => {
    expect(read({ type: 'new_kind' }).events).toEqual([]);
    expect(readClaudeLine('npm notice', CLAUDE_START, moment).events).toEqual([{ kind: 'log', stream: 'stdout', text: 'npm notice' }]);
    expect(readClaudeLine('  ', CLAUDE_START, moment).events).toEqual([]);
  });
});

describe('whatever comes', () => {
  const types = fc.constantFrom('system', 'assistant', 'user', 'result', 'rate_limit_event', 'other');
  const lines = fc.oneof(fc.string(), fc.json(), fc.tuple(types, fc.object()).map(([type, rest]) => JSON.stringify({ ...rest, type })));

  test.prop([fc.array(lines, { maxLength: 20 })])('it never throws and gives events of known kinds', (transcript) => {
    let state = CLAUDE_START;
    for (const line of transcript) {
      const reading = readClaudeLine(line, state, moment);
      state = reading.state;
      for (const event of reading.events) {
        if (event.kind !== 'usage') continue;
        expect(Number.isSafeInteger(event.inputTokens) && event.inputTokens >= 0).toBe(true);
        expect(event.costUsd ?? 0).toBeGreaterThanOrEqual(0);
      }
    }
  });

  test.prop([fc.nat(), fc.nat()])('a cut transcript is read up to the cut', (seedLine, seedColumn) => {
    const lines = twoTurns.split('\n');
    const row = seedLine % lines.length;
    const cut = [...lines.slice(0, row), (lines[row] ?? '').slice(0, seedColumn % ((lines[row]?.length ?? 0) + 1))].join('\n');
    const whole = readAll(twoTurns).events.filter(({ kind }) => kind !== 'log');
    const read = readAll(cut).events.filter(({ kind }) => kind !== 'log');
    expect(read).toEqual(whole.slice(0, read.length));
  });
});
