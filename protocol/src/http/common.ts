import { z } from 'zod';

/** Query of every list. `cursor` is opaque and comes from the page before. */
export const PageQuery = z.object({ cursor: z.string().max(500).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) });
export type PageQuery = z.infer<typeof PageQuery>;

/** A page of a list; `nextCursor` is null on the last one. */
/** The answer of what has no answer but that it is done. */
export const Nothing = z.strictObject({});

export const Health = z.object({ status: z.literal('ok') });

export const pageOf = <T extends z.ZodType>(item: T) => z.object({ data: z.array(item), nextCursor: z.string().nullable() });

/** RFC 9457 problem details; `code` is stable and snake_case, `detail` tells a person what to do. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
  requestId: z.string().optional(),
  /** Every single thing that is wrong; `line` and `column` count from 1 where the request was a text. */
  issues: z.array(z.object({ path: z.string(), message: z.string(), line: z.number().int().optional(), column: z.number().int().optional() })).optional(),
  details: z.record(z.string(), z.unknown()).optional(),
});
export type Problem = z.infer<typeof Problem>;
