import type { z } from 'zod';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The names between braces in a path template. */
type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** One endpoint of the studio's HTTP interface: where, what goes in, what comes out. */
export interface Endpoint<Path extends string, Query extends z.ZodType, Body extends z.ZodType, Answer extends z.ZodType> {
  readonly method: HttpMethod;
  /** Below `/api/v1`. */
  readonly path: Path;
  readonly query?: Query;
  readonly body?: Body;
  readonly answer: Answer;
}

/** What a caller gives: exactly what the endpoint's path, query and body ask for. */
export type Arguments<Path extends string, Query extends z.ZodType, Body extends z.ZodType> = ([Names<Path>] extends [never] ? unknown : { readonly path: Readonly<Record<Names<Path>, string>> }) & {
  readonly query?: z.input<Query>;
} & (z.ZodType extends Body ? unknown : { readonly body: z.input<Body> });

export function endpoint<const Path extends string, Answer extends z.ZodType, Query extends z.ZodType = z.ZodType, Body extends z.ZodType = z.ZodType>(
  method: HttpMethod,
  path: Path,
  shape: { readonly query?: Query; readonly body?: Body; readonly answer: Answer },
): Endpoint<Path, Query, Body, Answer> {
  return { method, path, ...shape };
}

/** Fills a path template; each value is one segment, whatever it holds. */
export function pathWith(template: string, values: Readonly<Record<string, string>> | undefined): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values?.[name];
    if (value === undefined) throw new Error(`endpoint_path: ${template} needs ${name}`);
    return encodeURIComponent(value);
  });
}
