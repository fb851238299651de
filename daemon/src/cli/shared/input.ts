import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { failure } from '../failure.js';
import type { Terminal } from '../terminal.js';

/** All of standard input as text, up to `most` characters. */
export async function readStdin(terminal: Terminal, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of terminal.stdin) {
    const piece = Buffer.from(chunk as Uint8Array | string);
    length += piece.length;
    if (length > most) throw failure('usage', `Standard input is longer than the ${most} bytes that make sense here.`, 'check what is piped in');
    chunks.push(piece);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A file's text; `-` is standard input. */
export async function readText(terminal: Terminal, path: string, most: number): Promise<string> {
  return path === '-' ? readStdin(terminal, most) : readFile(path, 'utf8');
}

/** Asks a yes-or-no question on standard error; no answer is a no. Only for terminals: see `Terminal.interactive`. */
export async function confirm(question: string, stdin: NodeJS.ReadableStream, show: (text: string) => void): Promise<boolean> {
  show(`${question} [y/N]`);
  // The prompt is shown by `show`; readline itself must write nothing, or results and questions would mix.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere });
  try {
    return /^y(es)?$/i.test((await lines.question('')).trim());
  } finally {
    lines.close();
  }
}
