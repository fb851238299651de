import type { RunEventItem } from '@maestro/protocol';
import { firstLine } from '../format/words.js';
import { harmless } from '../terminal.js';
import { wrap } from './cells.js';

/** How a line of the transcript is drawn. */
export type Tone = 'plain' | 'dim' | 'strong' | 'tool' | 'bad' | 'warn' | 'person';

export interface Line {
  readonly tone: Tone;
  /** When it happened; empty on lines that go on. */
  readonly time: string;
  readonly text: string;
}

const MOST = 400;
/** Of the time, and the space after it. */
const TIME_CELLS = 9;
/** A transcript is read at its end; the whole of it is `maestro run logs`. */
const MOST_LINES = 5_000;

/** A run's events as lines of `width` cells: the agent's words whole, everything else short, usage not at all. */
export function transcriptOf(events: readonly RunEventItem[], width: number): readonly Line[] {
  return events.flatMap((event) => linesOf(event, width)).slice(-MOST_LINES);
}

function linesOf({ at, kind, payload }: RunEventItem, width: number): readonly Line[] {
  const text = (name: string): string => (typeof payload[name] === 'string' ? harmless(payload[name], false).replaceAll('\t', '  ') : '');
  const time = new Date(at).toTimeString().slice(0, 8);
  const long = (tone: Tone, words: string) => block(tone, time, words, width);
  const short = (tone: Tone, words: string) => long(tone, firstLine(words, MOST));
  switch (kind) {
    case 'message':
      return long('plain', text('text').trim());
    case 'steered':
      return long('person', `» ${text('text')}`);
    case 'question':
      return long('warn', `? ${text('text')}`);
    case 'quota':
      return short('warn', `The agent's limit is used up: ${text('sentence')}`);
    case 'phase':
      return short('strong', [text('phase').replaceAll('_', ' '), text('branch')].filter((part) => part !== '').join(' '));
    case 'thought':
      return short('dim', `… ${text('text')}`);
    case 'tool_started':
      return short('tool', `▸ ${text('title') === '' ? text('name') : text('title')}`);
    case 'tool_ended':
      return payload['ok'] === false ? short('bad', `✗ ${text('summary')}`) : [];
    case 'validation':
      return short('dim', `${text('command')}: ${text('state')}`);
    case 'log':
      return short('dim', text('text'));
    case 'checkpoint':
      return short('dim', `saved ${text('head').slice(0, 12)}`);
    case 'usage':
      return [];
  }
}

function block(tone: Tone, time: string, words: string, width: number): readonly Line[] {
  const pieces = words.split('\n').flatMap((line) => wrap(line, Math.max(10, width - TIME_CELLS)));
  return pieces.map((text, index) => ({ tone, time: index === 0 ? time : '', text }));
}

/** Which lines are shown. `top` is the first of them; `undefined` follows the end. */
export function windowOf(total: number, height: number, top: number | undefined): { readonly from: number; readonly below: number } {
  const lowest = Math.max(0, total - height);
  const from = Math.min(top ?? lowest, lowest);
  return { from, below: Math.max(0, total - from - height) };
}

/** Where the window is after moving it; at the end it follows again. */
export function scroll(total: number, height: number, top: number | undefined, by: number): number | undefined {
  const lowest = Math.max(0, total - height);
  const next = Math.max(0, (top ?? lowest) + by);
  return next >= lowest ? undefined : next;
}
