import { FailureClass } from '@maestro/protocol';
import type { Moment } from './complaints.js';
import { complaintEnd } from './complaints.js';
import type { AgentEnd, AgentEvent } from './events.js';
import { shorten } from './events.js';
import type { JsonObject } from './json.js';
import { asObject, countAt, listAt, objectAt, parseObject, textAt } from './json.js';

/**
 * What `codex exec --json` prints, one JSON object per line. The shapes are those that 0.169.0 was seen to print;
 * unknown ones are passed over, so that a newer release degrades instead of failing.
 */

export interface CodexTotals {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
}

export interface CodexState {
  /** What was counted so far. Codex reports totals of the whole conversation, also after a resume (seen with 0.169.0). */
  readonly counted: CodexTotals;
  readonly lastMessage: string;
}

/** @param counted what `usage` events of earlier runs of the same conversation added up to. */
export function codexStart(counted: CodexTotals = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 }): CodexState {
  return { counted, lastMessage: '' };
}

export interface CodexReading {
  readonly state: CodexState;
  readonly events: readonly AgentEvent[];
  readonly end?: AgentEnd;
}

const NAME = 'Codex';

/** Reads one line. Never throws. */
export function readCodexLine(line: string, state: CodexState, moment: Moment): CodexReading {
  const value = parseObject(line);
  if (value === undefined) return { state, events: line.trim() === '' ? [] : [{ kind: 'log', stream: 'stdout', text: shorten(line) }] };
  switch (textAt(value, 'type')) {
    case 'thread.started': {
      const id = textAt(value, 'thread_id');
      return { state, events: id === undefined ? [] : [{ kind: 'session', id }] };
    }
    case 'turn.started':
      return { state: { ...state, lastMessage: '' }, events: [] };
    case 'item.started':
      return { state, events: itemStarted(objectAt(value, 'item')) };
    case 'item.completed':
      return itemCompleted(objectAt(value, 'item'), state);
    case 'error':
      // Retries are announced this way too; only turn.failed ends the turn.
      return { state, events: [{ kind: 'log', stream: 'stderr', text: shorten(textAt(value, 'message') ?? '') }] };
    case 'turn.completed':
      return turnCompleted(objectAt(value, 'usage'), state);
    case 'turn.failed':
      return turnFailed(value, state, moment);
    default:
      return { state, events: [] };
  }
}

function turnCompleted(usage: JsonObject | undefined, state: CodexState): CodexReading {
  const counted: CodexTotals = {
    inputTokens: countAt(usage, 'input_tokens'),
    outputTokens: countAt(usage, 'output_tokens'),
    cachedInputTokens: countAt(usage, 'cached_input_tokens'),
  };
  // A total below the last one means that it counts from zero again, so all of it is new.
  const since = counted.inputTokens >= state.counted.inputTokens && counted.outputTokens >= state.counted.outputTokens ? state.counted : codexStart().counted;
  const event: AgentEvent = {
    kind: 'usage',
    inputTokens: counted.inputTokens - since.inputTokens,
    outputTokens: counted.outputTokens - since.outputTokens,
    cachedInputTokens: Math.max(0, counted.cachedInputTokens - since.cachedInputTokens),
  };
  return { state: { ...state, counted }, events: [event], end: { kind: 'completed', finalMessage: state.lastMessage } };
}

function turnFailed(value: JsonObject, state: CodexState, moment: Moment): CodexReading {
  const end = complaintEnd(NAME, innerMessage(textAt(objectAt(value, 'error'), 'message') ?? ''), moment);
  if (end.kind === 'failed' && end.class === FailureClass.quota) {
    return { state, events: [{ kind: 'quota', sentence: end.sentence, ...(end.until === undefined ? {} : { until: end.until }) }], end };
  }
  return { state, events: [], end };
}

/** Some messages are the response body as JSON. */
function innerMessage(text: string): string {
  const body = parseObject(text);
  return textAt(objectAt(body, 'error'), 'message') ?? textAt(body, 'message') ?? text;
}

function itemStarted(item: JsonObject | undefined): AgentEvent[] {
  const tool = toolOf(item);
  return tool === undefined ? [] : [{ kind: 'tool_started', id: textAt(item, 'id') ?? '', ...tool }];
}

function itemCompleted(item: JsonObject | undefined, state: CodexState): CodexReading {
  const text = textAt(item, 'text') ?? '';
  switch (textAt(item, 'type')) {
    case 'agent_message':
      return { state: { ...state, lastMessage: text }, events: text.trim() === '' ? [] : [{ kind: 'message', text }] };
    case 'reasoning':
      return { state, events: text.trim() === '' ? [] : [{ kind: 'thought', text }] };
    case 'error':
      return { state, events: [{ kind: 'log', stream: 'stderr', text: shorten(textAt(item, 'message') ?? '') }] };
    case 'file_change':
      return { state, events: fileChange(item) };
    default:
      return { state, events: toolEnded(item) };
  }
}

/** A file change comes only when it is done, so start and end are made of one line. */
function fileChange(item: JsonObject | undefined): AgentEvent[] {
  const id = textAt(item, 'id') ?? '';
  const changes = listAt(item, 'changes').map((change) => `${textAt(asObject(change), 'kind') ?? 'change'} ${textAt(asObject(change), 'path') ?? ''}`);
  const title = changes.length === 1 ? (changes[0] ?? '') : `${changes.length} files changed`;
  return [
    { kind: 'tool_started', id, name: 'file_change', title: shorten(title, 120), input: shorten(changes.join('\n')) },
    { kind: 'tool_ended', id, ok: textAt(item, 'status') !== 'failed' },
  ];
}

function toolEnded(item: JsonObject | undefined): AgentEvent[] {
  if (toolOf(item) === undefined) return [];
  const summary = textAt(item, 'aggregated_output') ?? textAt(objectAt(item, 'error'), 'message') ?? mcpResult(objectAt(item, 'result'));
  const exitCode = item?.['exit_code'];
  const ok = textAt(item, 'status') !== 'failed' && (exitCode === undefined || exitCode === null || exitCode === 0);
  return [{ kind: 'tool_ended', id: textAt(item, 'id') ?? '', ok, ...(summary === undefined || summary === '' ? {} : { summary: shorten(summary) }) }];
}

function mcpResult(result: JsonObject | undefined): string | undefined {
  const texts = listAt(result, 'content').map((part) => textAt(asObject(part), 'text') ?? '');
  return texts.length === 0 ? undefined : texts.join('\n');
}

function toolOf(item: JsonObject | undefined): { name: string; title: string; input?: string } | undefined {
  switch (textAt(item, 'type')) {
    case 'command_execution': {
      const command = textAt(item, 'command') ?? '';
      return { name: 'command', title: shorten(command.split('\n')[0] ?? '', 120), input: shorten(command) };
    }
    case 'mcp_tool_call': {
      const name = `${textAt(item, 'server') ?? 'mcp'}.${textAt(item, 'tool') ?? 'tool'}`;
      const input = objectAt(item, 'arguments');
      return { name, title: name, ...(input === undefined ? {} : { input: shorten(JSON.stringify(input)) }) };
    }
    case 'web_search':
      return { name: 'web_search', title: shorten(`Search: ${textAt(item, 'query') ?? ''}`, 120) };
    default:
      return undefined;
  }
}
