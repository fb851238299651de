import type { RunEventItem } from '@maestro/protocol';
import { firstLine } from '../format/words.js';
import type { Style } from '../terminal.js';

const LINE = 300;

/** One event of a run as lines to read: the agent's words whole, everything else on one line, usage not at all. */
export function eventLines({ at, kind, payload }: RunEventItem, style: Style): readonly string[] {
  const text = (name: string): string => (typeof payload[name] === 'string' ? payload[name] : '');
  const time = style.dim(new Date(at).toTimeString().slice(0, 8));
  const one = (words: string) => [`${time}  ${words}`];
  switch (kind) {
    case 'phase':
      return one(style.bold(`${text('phase')}${text('branch') === '' ? '' : ` ${text('branch')}`}`));
    case 'message':
      return ['', ...text('text').split('\n'), ''];
    case 'thought':
      return one(style.dim(`… ${firstLine(text('text'), LINE)}`));
    case 'tool_started':
      return one(`${style.accent('▸')} ${firstLine(text('title') === '' ? text('name') : text('title'), LINE)}`);
    case 'tool_ended':
      return payload['ok'] === false ? one(`${style.bad('✗')} ${firstLine(text('summary'), LINE)}`) : [];
    case 'usage':
      return [];
    case 'question':
      return one(`${style.warn('?')} ${text('text')}`);
    case 'quota':
      return one(style.warn(`The agent's limit is used up: ${text('sentence')}`));
    case 'log':
      return one(style.dim(firstLine(text('text'), LINE)));
    case 'validation':
      return one(`${text('command')}: ${text('state')}`);
    case 'steered':
      return one(`${style.accent('»')} ${text('text')}`);
    case 'checkpoint':
      return one(style.dim(`saved ${text('head').slice(0, 12)}`));
  }
}
