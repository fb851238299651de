import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';

/**
 * What a lead tells a worker that it starts, as one line on the worker's standard input, which then stays open: the end of that stream is the
 * first sign of the lead's end. A pipe rather than a variable or an option, because those can be read by others.
 */
export const Handover = z.strictObject({
  lead: z.strictObject({ pid: z.number().int().positive(), startTime: z.string().min(1) }),
  /** The team's record on disk. */
  record: z.string().min(1),
  /** Of the encrypted secret file, where the lead was given one. */
  secretKey: z.string().optional(),
});
export type Handover = z.infer<typeof Handover>;

const MOST_BYTES = 64 * 1024;
const PATIENCE_MS = 10_000;

export function sendHandover(stdin: Writable, handover: Handover): void {
  stdin.write(`${JSON.stringify(handover)}\n`);
}

/** Reads the first line. `undefined` when the other end says nothing, something else, or has gone; the stream then is no lifeline. */
export async function readHandover(stdin: Readable): Promise<Handover | undefined> {
  const line = await firstLine(stdin);
  try {
    const parsed = Handover.safeParse(JSON.parse(line ?? ''));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function firstLine(stdin: Readable): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const finish = (line: string | undefined) => {
      clearTimeout(timer);
      stdin.off('data', onData);
      stdin.off('end', onEnd);
      resolve(line);
    };
    const onData = (chunk: Buffer | string) => {
      text += chunk.toString();
      const end = text.indexOf('\n');
      if (end >= 0) finish(text.slice(0, end));
      else if (text.length > MOST_BYTES) finish(undefined);
    };
    const onEnd = () => finish(undefined);
    const timer = setTimeout(onEnd, PATIENCE_MS);
    stdin.on('data', onData);
    stdin.once('end', onEnd);
  });
}

/** Calls back once, when the other end has closed the stream. */
export function whenCut(stdin: Readable, cut: () => void): void {
  if (stdin.readableEnded || stdin.destroyed) return cut();
  for (const event of ['end', 'close', 'error'] as const) stdin.once(event, cut);
  // Only a stream that flows notices its end.
  stdin.resume();
  return undefined;
}
