import { FailureClass } from '@maestro/protocol';
import type { Moment } from './complaints.js';
import { complaintEnd } from './complaints.js';
import type { AgentEnd, AgentEvent } from './events.js';
import { shorten } from './events.js';
import type { JsonObject } from './json.js';
import { asObject, countAt, listAt, numberAt, objectAt, parseObject, textAt } from './json.js';

/**
 * What Claude Code prints with `--output-format stream-json --verbose`, one JSON object per line.
 * The shapes are those that 2.1.197 was seen to print; unknown ones are passed over, so that a newer release degrades instead of failing.
 */

export interface ClaudeState {
  /** Cost that this process has reported so far: its figure is a running total, while its token counts are per turn. */
  readonly costUsd: number;
  readonly refusedSignIns: number;
  /** When the limit ends, from an event that came before the failing result. */
  readonly limitEnds?: string;
}

export const CLAUDE_START: ClaudeState = { costUsd: 0, refusedSignIns: 0 };

export interface ClaudeReading {
  readonly state: ClaudeState;
  readonly events: readonly AgentEvent[];
  /** The end of a turn. A message that was sent meanwhile may start another turn of the same process. */
  readonly end?: AgentEnd;
  /** The program would go on trying for minutes although it cannot succeed: stop it, `end` is final. */
  readonly hopeless?: true;
}

/** It retries a refused key ten times over several minutes. The second refusal settles it: the first may be a token being renewed. */
const REFUSALS_UNTIL_HOPELESS = 2;
const NAME = 'Claude Code';

/** Reads one line. Never throws. */
export function readClaudeLine(line: string, state: ClaudeState, moment: Moment): ClaudeReading {
  const value = parseObject(line);
  if (value === undefined) return { state, events: line.trim() === '' ? [] : [{ kind: 'log', stream: 'stdout', text: shorten(line) }] };
  switch (textAt(value, 'type')) {
    case 'system':
      return readSystem(value, state, moment);
    case 'assistant':
      return { state, events: readAssistant(value) };
    case 'user':
      return { state, events: readToolResults(value) };
    case 'rate_limit_event':
      return readRateLimit(value, state);
    case 'result':
      return readResult(value, state, moment);
    default:
      return { state, events: [] };
  }
}

function readSystem(value: JsonObject, state: ClaudeState, moment: Moment): ClaudeReading {
  const subtype = textAt(value, 'subtype');
  if (subtype === 'init') {
    const id = textAt(value, 'session_id');
    const model = textAt(value, 'model');
    return { state, events: id === undefined ? [] : [{ kind: 'session', id, ...(model === undefined ? {} : { model }) }] };
  }
  if (subtype !== 'api_retry') return { state, events: [] };
  const problem = textAt(value, 'error') ?? String(numberAt(value, 'error_status') ?? 'no answer');
  const text = `The model was not reached (${problem}); attempt ${countAt(value, 'attempt')} of ${countAt(value, 'max_retries')}.`;
  const refused = numberAt(value, 'error_status') === 401 || problem === 'authentication_failed';
  const next = refused ? { ...state, refusedSignIns: state.refusedSignIns + 1 } : state;
  const events: AgentEvent[] = [{ kind: 'log', stream: 'stderr', text }];
  if (next.refusedSignIns < REFUSALS_UNTIL_HOPELESS) return { state: next, events };
  return { state: next, events, end: complaintEnd(NAME, 'authentication failed', moment), hopeless: true };
}

function readAssistant(value: JsonObject): AgentEvent[] {
  // Claude Code writes its own errors as if the model had said them; they come again in the result.
  const synthetic = textAt(value, 'error') !== undefined || textAt(objectAt(value, 'message'), 'model') === '<synthetic>';
  // A sub-agent's words are not the agent's own: directives in them do not count.
  const foreign = synthetic || textAt(value, 'parent_tool_use_id') !== undefined;
  const events: AgentEvent[] = [];
  for (const item of listAt(objectAt(value, 'message'), 'content')) {
    const block = asObject(item);
    const text = textAt(block, 'text') ?? textAt(block, 'thinking');
    switch (textAt(block, 'type')) {
      case 'text':
        if (text !== undefined && text.trim() !== '') events.push(foreign ? { kind: 'log', stream: 'stdout', text: shorten(text) } : { kind: 'message', text });
        break;
      case 'thinking':
        if (text !== undefined && text.trim() !== '') events.push({ kind: 'thought', text });
        break;
      case 'tool_use':
        events.push(toolStarted(block));
        break;
      default:
        break;
    }
  }
  return events;
}

function toolStarted(block: JsonObject | undefined): AgentEvent {
  const name = textAt(block, 'name') ?? 'tool';
  const input = objectAt(block, 'input');
  const about = ['description', 'file_path', 'command', 'pattern', 'path', 'url', 'query'].map((key) => textAt(input, key)).find((text) => text !== undefined);
  const title = about === undefined ? name : `${name}: ${shorten(about.split('\n')[0] ?? '', 120)}`;
  const shown = input === undefined ? {} : { input: shorten(JSON.stringify(input)) };
  return { kind: 'tool_started', id: textAt(block, 'id') ?? '', name, title, ...shown };
}

function readToolResults(value: JsonObject): AgentEvent[] {
  const events: AgentEvent[] = [];
  for (const item of listAt(objectAt(value, 'message'), 'content')) {
    const block = asObject(item);
    if (textAt(block, 'type') !== 'tool_result') continue;
    const parts = listAt(block, 'content').map((part) => textAt(asObject(part), 'text') ?? '');
    const text = textAt(block, 'content') ?? parts.join('');
    events.push({ kind: 'tool_ended', id: textAt(block, 'tool_use_id') ?? '', ok: block?.['is_error'] !== true, ...(text === '' ? {} : { summary: shorten(text) }) });
  }
  return events;
}

function readRateLimit(value: JsonObject, state: ClaudeState): ClaudeReading {
  const info = objectAt(value, 'rate_limit_info');
  if (textAt(info, 'status') !== 'rejected') return { state, events: [] };
  const until = fromSeconds(numberAt(info, 'resetsAt'));
  const kind = textAt(info, 'rateLimitType')?.replaceAll('_', ' ') ?? 'usage';
  const event: AgentEvent = { kind: 'quota', sentence: `${NAME} has reached its ${kind} limit.`, ...(until === undefined ? {} : { until }) };
  return { state: until === undefined ? state : { ...state, limitEnds: until }, events: [event] };
}

function readResult(value: JsonObject, state: ClaudeState, moment: Moment): ClaudeReading {
  const usage = objectAt(value, 'usage');
  const cached = countAt(usage, 'cache_read_input_tokens');
  const inputTokens = countAt(usage, 'input_tokens') + cached + countAt(usage, 'cache_creation_input_tokens');
  const total = numberAt(value, 'total_cost_usd');
  const costUsd = total === undefined ? {} : { costUsd: Math.max(0, total - state.costUsd) };
  const events: AgentEvent[] = [{ kind: 'usage', inputTokens, outputTokens: countAt(usage, 'output_tokens'), cachedInputTokens: cached, ...costUsd }];
  for (const denial of listAt(value, 'permission_denials')) {
    const tool = textAt(asObject(denial), 'tool_name') ?? 'a tool';
    events.push({ kind: 'log', stream: 'stderr', text: `${NAME} was not permitted to use ${tool}.` });
  }
  const end = resultEnd(value, state, moment);
  if (end.kind === 'failed' && end.class === FailureClass.quota) events.push(quotaEvent(end.sentence, end.until));
  return { state: { ...state, costUsd: Math.max(state.costUsd, total ?? 0) }, events, end };
}

function resultEnd(value: JsonObject, state: ClaudeState, moment: Moment): AgentEnd {
  const subtype = textAt(value, 'subtype');
  const text = textAt(value, 'result') ?? '';
  if (value['is_error'] !== true && subtype === 'success') return { kind: 'completed', finalMessage: text };
  if (subtype === 'error_max_turns') {
    return { kind: 'failed', class: FailureClass.turns, sentence: `${NAME} reached its turn cap before it was done. Its work so far is in the lane.` };
  }
  const errors = listAt(value, 'errors').filter((error) => typeof error === 'string');
  const end = complaintEnd(NAME, text === '' ? errors.join(' ') : text, moment);
  const withLimit = end.kind === 'failed' && end.class === FailureClass.quota && end.until === undefined && state.limitEnds !== undefined;
  return withLimit ? { ...end, until: state.limitEnds } : end;
}

function quotaEvent(sentence: string, until: string | undefined): AgentEvent {
  return { kind: 'quota', sentence, ...(until === undefined ? {} : { until }) };
}

function fromSeconds(seconds: number | undefined): string | undefined {
  // Beyond these a Date cannot be written, or the figure was no time at all.
  if (seconds === undefined || seconds < 1e9 || seconds > 1e10) return undefined;
  return new Date(seconds * 1_000).toISOString();
}
