import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { AcpState } from './acp-updates.js';
import { ACP_START, finishMessage, promptUsage, readAcpUpdate } from './acp-updates.js';
import type { AgentEvent } from './events.js';

function readAll(updates: readonly unknown[]): { events: AgentEvent[]; state: AcpState } {
  let state = ACP_START;
  const events: AgentEvent[] = [];
  for (const update of updates) {
    const reading = readAcpUpdate(update, state);
    state = reading.state;
    events.push(...reading.events);
  }
  const last = finishMessage(state);
  return { events: [...events, ...last.events], state: last.state };
}

const chunk = (text: string, sessionUpdate = 'agent_message_chunk', messageId?: string) => ({ sessionUpdate, content: { type: 'text', text }, ...(messageId && { messageId }) });

describe('session updates', () => {
  it('become whole messages', () => {
    const { events, state } = readAll([chunk('Hmm', 'agent_thought_chunk'), chunk('MAESTRO:SUB'), chunk('TASK{}'), chunk('Other', undefined, 'm2'), chunk(' text', undefined, 'm2')]);
    expect(events).toEqual([
      { kind: 'thought', text: 'Hmm' },
      { kind: 'message', text: 'MAESTRO:SUBTASK{}' },
      { kind: 'message', text: 'Other text' },
    ]);
    expect(state.lastMessage).toBe('Other text');
  });

  it('show a tool call with its beginning and its one end', () => {
    const { events } = readAll([
      chunk('Let me look.'),
      { sessionUpdate: 'tool_call', toolCallId: 't1', title: 'Read a.js', kind: 'read', status: 'pending', rawInput: { path: 'a.js' } },
      { sessionUpdate: 'tool_call_update', toolCallId: 't1', status: 'in_progress' },
      { sessionUpdate: 'tool_call_update', toolCallId: 't1', status: 'completed', content: [{ type: 'content', content: { type: 'text', text: 'let a;' } }, { type: 'diff', path: '/lane/a.js' }] },
      { sessionUpdate: 'tool_call_update', toolCallId: 't1', status: 'completed' },
      { sessionUpdate: 'tool_call', toolCallId: 't2', title: 'Run', status: 'failed' },
      { sessionUpdate: 'tool_call_update', toolCallId: 't3', title: 'Late', status: 'completed' },
    ]);
    expect(events).toEqual([
      { kind: 'message', text: 'Let me look.' },
      { kind: 'tool_started', id: 't1', name: 'read', title: 'Read a.js', input: '{"path":"a.js"}' },
      { kind: 'tool_ended', id: 't1', ok: true, summary: 'let a;\nchanged /lane/a.js' },
      { kind: 'tool_started', id: 't2', name: 'tool', title: 'Run' },
      { kind: 'tool_ended', id: 't2', ok: false },
      { kind: 'tool_started', id: 't3', name: 'tool', title: 'Late' },
      { kind: 'tool_ended', id: 't3', ok: true },
    ]);
  });

  it('count only what the cost grew by', () => {
    const cost = (amount: number, currency = 'USD') => ({ sessionUpdate: 'usage_update', used: 1, size: 2, cost: { amount, currency } });
    const { events } = readAll([cost(0.5), cost(0.75), cost(0.75), cost(9, 'EUR')]);
    expect(events).toEqual([0.5, 0.25].map((costUsd) => ({ kind: 'usage', inputTokens: 0, outputTokens: 0, costUsd })));
  });

  it('take tokens from the answer to the prompt', () => {
    expect(promptUsage({ stopReason: 'end_turn', usage: { inputTokens: 1, outputTokens: 2, thoughtTokens: 3, cachedReadTokens: 4, cachedWriteTokens: 5 } })).toEqual({ kind: 'usage', inputTokens: 10, outputTokens: 5, cachedInputTokens: 4 });
    expect(promptUsage({ stopReason: 'end_turn' })).toBeUndefined();
  });

  test.prop([fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 30 })])('lose nothing of a message, however it was cut', (parts) => {
    const { events } = readAll(parts.map((part) => chunk(part)));
    const whole = parts.join('');
    expect(events).toEqual(whole.trim() === '' ? [] : [{ kind: 'message', text: whole }]);
  });

  const kinds = fc.constantFrom('agent_message_chunk', 'agent_thought_chunk', 'tool_call', 'tool_call_update', 'usage_update', 'plan', 'other');
  test.prop([fc.array(fc.oneof(fc.anything(), fc.tuple(kinds, fc.object()).map(([sessionUpdate, rest]) => ({ ...rest, sessionUpdate }))))])('never throw, whatever comes', (updates) => {
    readAll(updates);
  });
});
