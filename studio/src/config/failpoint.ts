import { METHODS } from '@maestro/protocol';
import { z } from 'zod';

/** Names that every transaction passes, whatever it is for. */
const OF_TRANSACTIONS = ['transaction:commit', 'transaction:committed'] as const;

const mutating = Object.values(METHODS).filter((method) => method.direction === 'daemon-to-studio' && method.mutating);

/**
 * Every point at which a studio can be told to die, in the one place where they are listed. `…:commit` lies just before a transaction
 * commits, `…:committed` just after it, before whoever asked for it is answered. Made from the registry, so that no mutating method is without its two.
 */
export const FAILPOINTS: readonly string[] = [...OF_TRANSACTIONS, ...mutating.flatMap(({ name }) => [`${name}:commit`, `${name}:committed`])];

const FORM = /^(.+):([1-9]\d{0,5})$/;

/** `<point>:<n>`. */
export const failpointText = z.string().refine((text) => FAILPOINTS.includes(FORM.exec(text)?.[1] ?? ''), { error: `one of ${OF_TRANSACTIONS.join(', ')}, <method>:commit, <method>:committed, with a colon and a number behind it` });

/** The point and at which time of being reached it fails; `undefined` for what is no setting. */
export function parseFailpoint(text: string): { readonly point: string; readonly times: number } | undefined {
  const [, point, times] = FORM.exec(text) ?? [];
  return point === undefined ? undefined : { point, times: Number(times) };
}
