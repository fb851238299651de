import type { Readable, Writable } from 'node:stream';

/** What a command reads and writes. Results go to `out`, everything about the way there to `err`. */
export interface Terminal {
  /** One line, or several, of the result. */
  out(text: string): void;
  /** One line of progress or of an error. */
  err(text: string): void;
  readonly stdin: Readable;
  readonly stdout: Writable;
  /** Whether a person can be asked something: both ends are terminals. */
  readonly interactive: boolean;
  /** Columns of the result's terminal; absent when it is a file or a pipe. */
  readonly columns: number | undefined;
  /** The terminal itself, for who draws on all of it; absent where one end is a file or a pipe, or the terminal cannot move its cursor. */
  readonly tty: Tty | undefined;
  readonly style: Style;
}

export interface Tty {
  readonly stdin: Readable & { readonly isRaw?: boolean; setRawMode?(raw: boolean): unknown };
  readonly stdout: Writable & { readonly columns?: number; readonly rows?: number };
}

type Paint = (text: string) => string;
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly warn: Paint;
  readonly accent: Paint;
}

const paint =
  (open: number, close: number): Paint =>
  (text) =>
    text === '' ? '' : `\u001b[${open}m${text}\u001b[${close}m`;
const none: Paint = (text) => text;

const PLAIN: Style = { bold: none, dim: none, good: none, bad: none, warn: none, accent: none };
const COLOURS: Style = { bold: paint(1, 22), dim: paint(2, 22), good: paint(32, 39), bad: paint(31, 39), warn: paint(33, 39), accent: paint(36, 39) };

const CONTROLS = /\u001b\[[0-9;]*m|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * Takes out what could move the cursor, retitle the window or rewrite lines above: titles and sentences come from other people and from
 * agents. Line ends, tabs and, where `colours` says so, colours stay.
 */
export function harmless(text: string, colours: boolean): string {
  return text.replace(CONTROLS, (found) => (colours && found.endsWith('m') && found.length > 1 ? found : ''));
}

export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

export function terminalOf(streams: Streams, { noColor, dumb }: { readonly noColor: boolean; readonly dumb: boolean }): Terminal {
  const { stdout, stderr } = streams;
  const colours = stdout.isTTY === true && !noColor;
  const errColours = stderr.isTTY === true && !noColor;
  const isPerson = (): boolean => streams.stdin.isTTY === true && stderr.isTTY === true;
  return {
    out: (text) => void stdout.write(`${harmless(text, colours)}\n`),
    err: (text) => void stderr.write(`${harmless(text, errColours)}\n`),
    // Asked for late: a process opens its standard input when it is first named, and few commands read it.
    get stdin() {
      return streams.stdin;
    },
    stdout,
    get interactive() {
      return isPerson();
    },
    columns: stdout.isTTY === true ? stdout.columns : undefined,
    get tty() {
      return isPerson() && stdout.isTTY === true && !dumb ? { stdin: streams.stdin, stdout } : undefined;
    },
    style: colours ? COLOURS : PLAIN,
  };
}
