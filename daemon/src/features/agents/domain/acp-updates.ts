import type { AgentEvent } from './events.js';
import { shorten } from './events.js';
import type { JsonObject } from './json.js';
import { asObject, countAt, listAt, numberAt, objectAt, textAt } from './json.js';

/**
 * Session updates of the Agent Client Protocol (v1), put together to whole events: agents stream their messages in fragments,
 * and a directive that is cut in two would not be seen. Source: agentclientprotocol.com/protocol/prompt-turn.
 */

export interface AcpState {
  /** The fragments of the message or thought that is being streamed. */
  readonly open: { readonly kind: 'message' | 'thought'; readonly text: string; readonly messageId: string | undefined } | undefined;
  /** The last whole message of this turn. */
  readonly lastMessage: string;
  /** Tool calls that were announced and have not ended. */
  readonly openTools: ReadonlySet<string>;
  /** Cost counted so far: agents report the total of the conversation. */
  readonly costUsd: number;
}

export const ACP_START: AcpState = { open: undefined, lastMessage: '', openTools: new Set(), costUsd: 0 };

export interface AcpReading {
  readonly state: AcpState;
  readonly events: readonly AgentEvent[];
}

/** Reads the `update` of one `session/update`. Never throws; unknown kinds are passed over. */
export function readAcpUpdate(update: unknown, state: AcpState): AcpReading {
  const value = asObject(update);
  switch (textAt(value, 'sessionUpdate')) {
    case 'agent_message_chunk':
      return addFragment('message', value, state);
    case 'agent_thought_chunk':
      return addFragment('thought', value, state);
    case 'tool_call':
      return toolCall(value, finishMessage(state));
    case 'tool_call_update':
      return toolUpdate(value, finishMessage(state));
    case 'usage_update':
      return cost(objectAt(value, 'cost'), state);
    default:
      return { state, events: [] };
  }
}

/** Closes the message that is being streamed; called when something else begins and at the end of the turn. */
export function finishMessage(state: AcpState): AcpReading {
  if (state.open === undefined) return { state, events: [] };
  const { kind, text } = state.open;
  const closed: AcpState = { ...state, open: undefined, lastMessage: kind === 'message' && text.trim() !== '' ? text : state.lastMessage };
  return { state: closed, events: text.trim() === '' ? [] : [{ kind, text }] };
}

/** Token counts of a prompt's response. Not part of the stable protocol yet, but several agents send them. */
export function promptUsage(response: unknown): AgentEvent | undefined {
  const usage = objectAt(asObject(response), 'usage') ?? objectAt(objectAt(asObject(response), '_meta'), 'usage');
  if (usage === undefined) return undefined;
  const cached = countAt(usage, 'cachedReadTokens');
  const inputTokens = countAt(usage, 'inputTokens') + cached + countAt(usage, 'cachedWriteTokens');
  return { kind: 'usage', inputTokens, outputTokens: countAt(usage, 'outputTokens') + countAt(usage, 'thoughtTokens'), cachedInputTokens: cached };
}

function addFragment(kind: 'message' | 'thought', value: JsonObject | undefined, state: AcpState): AcpReading {
  const text = textAt(objectAt(value, 'content'), 'text') ?? '';
  const messageId = textAt(value, 'messageId');
  if (state.open?.kind === kind && state.open.messageId === messageId) {
    return { state: { ...state, open: { kind, messageId, text: state.open.text + text } }, events: [] };
  }
  const before = finishMessage(state);
  return { state: { ...before.state, open: { kind, messageId, text } }, events: before.events };
}

function toolCall(value: JsonObject | undefined, before: AcpReading): AcpReading {
  const id = textAt(value, 'toolCallId') ?? '';
  const title = textAt(value, 'title') ?? 'tool';
  const input = objectAt(value, 'rawInput');
  const started: AgentEvent = {
    kind: 'tool_started',
    id,
    name: textAt(value, 'name') ?? textAt(value, 'kind') ?? 'tool',
    title: shorten(title.split('\n')[0] ?? '', 160),
    ...(input === undefined ? {} : { input: shorten(JSON.stringify(input)) }),
  };
  const state = { ...before.state, openTools: new Set(before.state.openTools).add(id) };
  const ended = endOfTool(value, id, state);
  return { state: ended.state, events: [...before.events, started, ...ended.events] };
}

function toolUpdate(value: JsonObject | undefined, before: AcpReading): AcpReading {
  const id = textAt(value, 'toolCallId') ?? '';
  const status = textAt(value, 'status');
  const known = before.state.openTools.has(id);
  // An end without a beginning still tells what happened, but only once: updates may follow the end.
  if (!known && (status === undefined || !isEnd(status) || textAt(value, 'title') === undefined)) return before;
  if (!known) return toolCall(value, before);
  const ended = endOfTool(value, id, before.state);
  return { state: ended.state, events: [...before.events, ...ended.events] };
}

function endOfTool(value: JsonObject | undefined, id: string, state: AcpState): AcpReading {
  const status = textAt(value, 'status');
  if (status === undefined || !isEnd(status)) return { state, events: [] };
  const openTools = new Set(state.openTools);
  openTools.delete(id);
  const summary = listAt(value, 'content').map(contentText).filter((text) => text !== '').join('\n');
  return { state: { ...state, openTools }, events: [{ kind: 'tool_ended', id, ok: status === 'completed', ...(summary === '' ? {} : { summary: shorten(summary) }) }] };
}

function isEnd(status: string): boolean {
  return status === 'completed' || status === 'failed';
}

function contentText(item: unknown): string {
  const content = asObject(item);
  if (textAt(content, 'type') === 'diff') return `changed ${textAt(content, 'path') ?? 'a file'}`;
  return textAt(objectAt(content, 'content'), 'text') ?? '';
}

function cost(value: JsonObject | undefined, state: AcpState): AcpReading {
  const amount = numberAt(value, 'amount');
  if (amount === undefined || textAt(value, 'currency') !== 'USD' || amount <= state.costUsd) return { state, events: [] };
  const event: AgentEvent = { kind: 'usage', inputTokens: 0, outputTokens: 0, costUsd: amount - state.costUsd };
  return { state: { ...state, costUsd: amount }, events: [event] };
}
