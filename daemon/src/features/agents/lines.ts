import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** One line longer than this is no message of an agent; keeping it would let a runaway program fill the daemon's memory. */
const MAX_LINE_CHARACTERS = 16 * 1024 * 1024;

/**
 * Calls `onLine` for every line of a stream, without its end, and `onChunk` for every piece that arrives. An over-long line is cut and the rest of it dropped.
 * Resolves when the stream is over, for whatever reason.
 */
export function readLines(stream: Readable, onLine: (line: string) => void, onChunk: () => void, maxCharacters = MAX_LINE_CHARACTERS): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let open = '';
  let dropping = false;
  const take = (text: string) => {
    const parts = text.split('\n');
    for (const [index, part] of parts.entries()) {
      const room = maxCharacters - open.length;
      if (!dropping) open += part.length > room ? part.slice(0, room) : part;
      if (part.length > room) dropping = true;
      if (index === parts.length - 1) break;
      onLine(open.endsWith('\r') ? open.slice(0, -1) : open);
      [open, dropping] = ['', false];
    }
  };
  return new Promise((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      onChunk();
      take(decoder.write(chunk));
    });
    const finish = () => {
      take(decoder.end());
      if (open !== '') onLine(open);
      open = '';
      resolve();
    };
    stream.once('end', finish);
    stream.once('error', finish);
    stream.once('close', finish);
  });
}
