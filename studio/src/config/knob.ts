import { z } from 'zod';

/** One setting: where it comes from, what it means, and what may stand there. The configuration reference is generated from these. */
export interface Knob<T> {
  /** The environment variable. */
  readonly env: string;
  /** What a number counts, or what sort of text it is. */
  readonly unit: string;
  readonly doc: string;
  /** Parses the variable's text; `undefined` when it is not set. Its default is the knob's. */
  readonly schema: z.ZodType<T>;
  /** Never printed: not in the reference, not in a log. */
  readonly secret: boolean;
  /** How the default reads in the reference, where it depends on something else. */
  readonly defaultText?: string;
}

type Described = Omit<Knob<unknown>, 'schema' | 'secret'> & { readonly secret?: boolean };

function knob<T>(described: Described, schema: z.ZodType<T>): Knob<T> {
  return { secret: false, ...described, schema };
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

export function integer(described: Described, { min, max, default: preset }: Range): Knob<number> {
  return knob(described, z.string().regex(/^\d{1,9}$/, 'a whole number').transform(Number).pipe(z.number().min(min).max(max)).default(preset));
}

/** For durations that tests shorten: fractions allowed. */
export function decimal(described: Described, { min, max, default: preset }: Range): Knob<number> {
  return knob(described, z.string().regex(/^\d{1,9}(\.\d{1,3})?$/, 'a number such as 15 or 0.5').transform(Number).pipe(z.number().min(min).max(max)).default(preset));
}

export function flag(described: Described, preset: boolean): Knob<boolean> {
  return knob(described, z.enum(['true', 'false', '1', '0'], 'true or false').transform((text) => text === 'true' || text === '1').default(preset));
}

export function choice<const O extends readonly [string, ...string[]]>(described: Described, options: O, preset: O[number]): Knob<O[number]> {
  return knob(described, z.enum(options, `one of ${options.join(', ')}`).default(preset as never) as z.ZodType<O[number]>);
}

export function text(described: Described, schema: z.ZodString, preset: string): Knob<string> {
  return knob(described, schema.default(preset));
}

export function optionalText(described: Described, schema: z.ZodType<string>): Knob<string | undefined> {
  return knob(described, schema.optional());
}

/** Comma-separated. */
export function list(described: Described, item: z.ZodType<string, string>): Knob<string[]> {
  return knob(described, z.string().transform((joined) => joined.split(',').map((part) => part.trim()).filter((part) => part !== '')).pipe(z.array(item)).default([]));
}
