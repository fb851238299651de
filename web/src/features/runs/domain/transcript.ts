import type { RunEventItem } from '@maestro/protocol';
import type { Lines } from './lines.js';
import { phaseWords } from './phase-words.js';

interface Place {
  /** The line it begins with, by which it is linked to. */
  readonly seq: number;
  readonly at: string;
}

/** A call of the agent's tools, with its result as soon as there is one. */
export interface ToolItem extends Place {
  readonly kind: 'tool';
  readonly title: string;
  readonly input: string;
  /** `unknown`: the run is over, or the agent went on in a new turn, and no result came. */
  readonly state: 'running' | 'ok' | 'failed' | 'unknown';
  readonly result: string;
  /** From call to result, in milliseconds. */
  readonly ms: number | undefined;
}

/** One of the project's own commands. */
export interface CheckItem extends Place {
  readonly kind: 'check';
  readonly command: string;
  readonly state: 'running' | 'ok' | 'failed' | 'unknown';
  readonly output: string;
  readonly ms: number | undefined;
}

/** What a transcript shows, one after another. All text in it is the agent's, or of what it ran. */
export type Item =
  | (Place & { readonly kind: 'phase'; readonly phase: string; readonly words: string })
  | (Place & { readonly kind: 'message' | 'thought' | 'question' | 'quota'; readonly text: string })
  | ToolItem
  | CheckItem
  /** Lines of output that follow one another. */
  | (Place & { readonly kind: 'output'; readonly stream: string; readonly text: string; readonly lines: number })
  | (Place & { readonly kind: 'steered'; readonly text: string; readonly delivered: 'now' | 'next_turn' })
  | (Place & { readonly kind: 'checkpoint'; readonly head: string })
  /** Lines that the studio does not have, from `seq` to `to`. */
  | (Place & { readonly kind: 'gap'; readonly to: number });

export interface Transcript {
  readonly items: readonly Item[];
  /** Positions in `items` of what went wrong, ascending. */
  readonly errors: readonly number[];
  /** In which of `items` a line is shown. Lines that show nothing of themselves lead to what stands before them. */
  readonly itemOf: ReadonlyMap<number, number>;
  /** What the agent's program said it thinks with; undefined where it does not say. */
  readonly model: string | undefined;
}

/** Output that belongs together is one item, but not without end: one row must stay small enough to be laid out. */
const MOST_OUTPUT_LINES = 200;

/** Folds a journal into what is shown of it. Pure, and the same for the same lines however they arrived. */
export function transcriptOf(lines: Lines, isOver: boolean): Transcript {
  const folding = new Folding();
  for (const line of lines) folding.take(line);
  return folding.end(isOver);
}

type Payload = RunEventItem['payload'];

const textOf = (payload: Payload, name: string): string => {
  const found = payload[name];
  return typeof found === 'string' ? found : '';
};

class Folding {
  private readonly items: Item[] = [];
  private readonly itemOf = new Map<number, number>();
  private readonly openTools = new Map<string, number[]>();
  private readonly openChecks = new Map<string, number>();
  private next = 1;
  private model: string | undefined;

  take(line: RunEventItem): void {
    const { seq, at } = line;
    if (seq > this.next) {
      const position = this.push({ kind: 'gap', seq: this.next, at, to: seq - 1 });
      for (let missing = this.next; missing < seq; missing += 1) this.itemOf.set(missing, position);
    }
    this.next = seq + 1;
    this.itemOf.set(seq, this.place(line));
  }

  end(isOver: boolean): Transcript {
    if (isOver) {
      for (const position of [...[...this.openTools.values()].flat(), ...this.openChecks.values()]) this.settle(position, { state: 'unknown' });
    }
    const errors = this.items.flatMap((item, position) => ((item.kind === 'tool' || item.kind === 'check') && item.state === 'failed' ? [position] : []));
    return { items: this.items, errors, itemOf: this.itemOf, model: this.model };
  }

  /** Puts a line where it belongs, and says in which item that is. */
  private place({ seq, at, kind, payload }: RunEventItem): number {
    const here = { seq, at };
    switch (kind) {
      case 'phase':
        return this.phase(here, payload);
      case 'message':
      case 'thought':
      case 'question':
        return this.push({ ...here, kind, text: textOf(payload, 'text') });
      case 'quota':
        return this.push({ ...here, kind, text: textOf(payload, 'sentence') });
      case 'tool_started':
        return this.toolStarted(here, payload);
      case 'tool_ended':
        return this.toolEnded(here, payload);
      case 'validation':
        return this.check(here, payload);
      case 'log':
        return this.output(here, payload);
      case 'steered':
        return this.push({ ...here, kind, text: textOf(payload, 'text'), delivered: payload['delivered'] === 'now' ? 'now' : 'next_turn' });
      case 'checkpoint':
        return this.push({ ...here, kind, head: textOf(payload, 'head') });
      case 'usage':
        return Math.max(0, this.items.length - 1);
    }
  }

  private push(item: Item): number {
    this.items.push(item);
    return this.items.length - 1;
  }

  /** Progress of one phase, told again and again, is one line that moves. */
  private phase(here: Place, payload: Payload): number {
    const phase = textOf(payload, 'phase');
    if (phase === 'agent') this.model = textOf(payload, 'model');
    const before = this.items.at(-1);
    const words = phaseWords(payload);
    if (typeof payload['done'] !== 'number' || before?.kind !== 'phase' || before.phase !== phase) return this.push({ ...here, kind: 'phase', phase, words });
    this.items[this.items.length - 1] = { ...before, words };
    return this.items.length - 1;
  }

  private toolStarted(here: Place, payload: Payload): number {
    const id = textOf(payload, 'id');
    const title = textOf(payload, 'title');
    const position = this.push({ ...here, kind: 'tool', title: title === '' ? textOf(payload, 'name') : title, input: textOf(payload, 'input'), state: 'running', result: '', ms: undefined });
    this.openTools.set(id, [...(this.openTools.get(id) ?? []), position]);
    return position;
  }

  /** Belongs to the oldest call of that id without a result; ids of some agents come again in every turn. */
  private toolEnded(here: Place, payload: Payload): number {
    const id = textOf(payload, 'id');
    const [position, ...others] = this.openTools.get(id) ?? [];
    const ended = { state: payload['ok'] === false ? ('failed' as const) : ('ok' as const), result: textOf(payload, 'summary') };
    if (position === undefined) return this.push({ ...here, kind: 'tool', title: 'The result of a tool', input: '', ms: undefined, ...ended });
    if (others.length === 0) this.openTools.delete(id);
    else this.openTools.set(id, others);
    this.settle(position, { ...ended, ms: elapsed(this.items[position], here) });
    return position;
  }

  private check(here: Place, payload: Payload): number {
    const command = textOf(payload, 'command');
    const state = payload['state'] === 'started' ? 'running' : payload['state'] === 'passed' ? 'ok' : 'failed';
    const open = this.openChecks.get(command);
    const output = textOf(payload, 'output');
    if (state === 'running' || open === undefined) {
      // Begun again without an end: the daemon that ran it died.
      if (open !== undefined) this.settle(open, { state: 'unknown' });
      const position = this.push({ ...here, kind: 'check', command, state, output, ms: undefined });
      if (state === 'running') this.openChecks.set(command, position);
      return position;
    }
    this.openChecks.delete(command);
    this.settle(open, { state, output, ms: elapsed(this.items[open], here) });
    return open;
  }

  private output(here: Place, payload: Payload): number {
    const stream = textOf(payload, 'stream');
    const text = textOf(payload, 'text');
    const before = this.items.at(-1);
    if (before?.kind !== 'output' || before.stream !== stream || before.lines >= MOST_OUTPUT_LINES) return this.push({ ...here, kind: 'output', stream, text, lines: linesIn(text) });
    this.items[this.items.length - 1] = { ...before, text: `${before.text}\n${text}`, lines: before.lines + linesIn(text) };
    return this.items.length - 1;
  }

  private settle(position: number, change: Partial<Pick<ToolItem, 'state' | 'result' | 'ms'>> & { readonly output?: string }): void {
    const item = this.items[position];
    if (item?.kind === 'tool' || item?.kind === 'check') this.items[position] = { ...item, ...change } as Item;
  }
}

function elapsed(from: Place | undefined, to: Place): number | undefined {
  return from === undefined ? undefined : Math.max(0, Date.parse(to.at) - Date.parse(from.at));
}

function linesIn(text: string): number {
  return text.split('\n').length;
}

/** The position of the next thing that went wrong behind (or before) `from`, going round at the end; undefined when nothing did. */
export function nextError({ errors }: Pick<Transcript, 'errors'>, from: number, direction: 1 | -1): number | undefined {
  if (direction === 1) return errors.find((position) => position > from) ?? errors[0];
  return errors.findLast((position) => position < from) ?? errors.at(-1);
}

/** Whether two items show the same. A transcript is folded anew with every line, and most of it has not changed. */
export function isSame(one: Item, other: Item): boolean {
  const left: Readonly<Record<string, unknown>> = { ...one };
  const right: Readonly<Record<string, unknown>> = { ...other };
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name]);
}
