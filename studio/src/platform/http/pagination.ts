import { ok, refuse } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { z } from 'zod';

/**
 * Lists are read page by page: `?cursor=&limit=` in, `{ data, nextCursor }` out. A cursor is opaque to clients; inside it are the sort keys
 * of the last row (keyset pagination), so that a page costs the same at any depth and rows inserted meanwhile shift nothing.
 */
export interface Page<T> {
  readonly data: T[];
  /** Send it as `cursor` for what follows; `null` at the end. */
  readonly nextCursor: string | null;
}

/** Makes a page of `found`, which was asked for with `limit + 1` rows, to know without counting whether there is more. */
export function toPage<T>(found: readonly T[], limit: number, keysOf: (last: T) => unknown): Page<T> {
  const data = found.slice(0, limit);
  const last = data.at(-1);
  return { data, nextCursor: found.length > limit && last !== undefined ? encodeCursor(keysOf(last)) : null };
}

function encodeCursor(keys: unknown): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/** The keys inside a cursor; `undefined` on the first page. A cursor of another list, or none at all, is refused. */
export function readCursor<K>(keys: z.ZodType<K>, cursor: string | undefined): Result<K | undefined> {
  if (cursor === undefined) return ok(undefined);
  const decoded = keys.safeParse(decode(cursor));
  return decoded.success ? ok(decoded.data) : refuse('invalid', 'cursor_invalid', 'This cursor does not belong to this list. Start again without one.');
}

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}
