import { z } from 'zod';

/**
 * What passes between `maestro mcp` (beside the agent) and the daemon: JSON, one object per line, over a Unix socket that only this user may open.
 * The first line names the run by its token; nothing else is answered before it.
 */

export const Hello = z.strictObject({ token: z.string().min(1).max(200) });
export const Welcome = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), tools: z.array(z.string()) }),
  z.strictObject({ ok: z.literal(false), text: z.string() }),
]);

export const CallLine = z.strictObject({ id: z.number().int().min(1), tool: z.string().max(60), input: z.unknown() });
export const AnswerLine = z.strictObject({ id: z.number().int().min(1), ok: z.boolean(), text: z.string() });

/** Longest line, in characters. A proposal may have a million, which JSON escaping can double. */
const MAX_LINE = 4_000_000;

export function readLine<T extends z.ZodType>(schema: T, line: string): z.output<T> | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Splits text into lines; `onLine` is called without the line end. Returns false when a line is longer than {@link MAX_LINE}. */
export function lineSplitter(onLine: (line: string) => void): (chunk: string) => boolean {
  let open = '';
  return (chunk) => {
    const parts = (open + chunk).split('\n');
    open = parts.pop() ?? '';
    for (const part of parts) onLine(part);
    return open.length <= MAX_LINE;
  };
}
