import type { FailureClass } from '@maestro/protocol';

/**
 * What an agent does, in words that all adapters share. Text is the agent's own and therefore untrusted: it is shown and parsed, never obeyed.
 * All events of a turn are delivered before that turn's end resolves.
 */
export type AgentEvent =
  /** The conversation has an id, with which a later run may resume it. */
  | { readonly kind: 'session'; readonly id: string; readonly model?: string }
  /** One whole message, never a fragment of one, so that directives in it can be parsed. */
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'thought'; readonly text: string }
  /** `name` is the agent's name for the tool, `title` one line for people. `input` is shortened; see {@link shorten}. */
  | { readonly kind: 'tool_started'; readonly id: string; readonly name: string; readonly title: string; readonly input?: string }
  | { readonly kind: 'tool_ended'; readonly id: string; readonly ok: boolean; readonly summary?: string }
  /** Used since the last event of this kind: events add up. `inputTokens` includes cached ones. */
  | { readonly kind: 'usage'; readonly inputTokens: number; readonly outputTokens: number; readonly cachedInputTokens?: number; readonly costUsd?: number }
  /** The agent wants a person's answer before it goes on. */
  | { readonly kind: 'question'; readonly text: string }
  /** The agent's limit is used up. `until` is ISO 8601 UTC, absent when the agent did not say. */
  | { readonly kind: 'quota'; readonly until?: string; readonly sentence: string }
  /** Output that is none of the above. */
  | { readonly kind: 'log'; readonly stream: 'stdout' | 'stderr'; readonly text: string };

/** How a turn ended. */
export type AgentEnd =
  /** The agent finished its turn by itself. `finalMessage` is its last message, the only text that a verdict line is read from. */
  | { readonly kind: 'completed'; readonly finalMessage: string }
  /** `sentence` says what happened and what to do. `until` (ISO 8601 UTC) comes with class `quota` when the agent said when it may go on. */
  | { readonly kind: 'failed'; readonly class: FailureClass; readonly sentence: string; readonly until?: string };

/** Tool input and output are shown, not processed; nobody reads more than this, and journals should not carry it. */
const SHOWN_CHARACTERS = 2_000;

/** Cuts text for showing, without splitting a surrogate pair, and says how much is missing. */
export function shorten(text: string, limit: number = SHOWN_CHARACTERS): string {
  if (text.length <= limit) return text;
  const code = text.charCodeAt(limit - 1);
  const end = code >= 0xd800 && code <= 0xdbff ? limit - 1 : limit;
  return `${text.slice(0, end)} … (${text.length - end} more characters)`;
}
