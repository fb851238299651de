import type { z } from 'zod';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The names between braces in a path template. */
type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** One endpoint of the studio's HTTP interface: where, what goes in, what comes out. */
export interface Endpoint<Path extends string = string, Query = unknown, Body = unknown, Answer = unknown> {
  readonly method: HttpMethod;
  /** Below `/api/v1`. */
  readonly path: Path;
  readonly query: z.ZodType<unknown, Query> | undefined;
  readonly body: z.ZodType<unknown, Body> | undefined;
  readonly answer: z.ZodType<Answer>;
}

/** What a caller gives: exactly what the endpoint's path, query and body ask for. */
export type Arguments<E> =
  E extends Endpoint<infer Path, infer Query, infer Body>
    ? ([Names<Path>] extends [never] ? unknown : { readonly path: Readonly<Record<Names<Path>, string>> }) &
        (undefined extends Query ? { readonly query?: Query } : { readonly query: Query }) &
        (undefined extends Body ? { readonly body?: Body } : { readonly body: Body })
    : never;

export type AnswerOf<E> = E extends Endpoint<string, never, never, infer Answer> ? Answer : E extends Endpoint<string, infer _Q, infer _B, infer Answer> ? Answer : never;

interface Shape<Query, Body, Answer> {
  readonly query?: z.ZodType<unknown, Query>;
  readonly body?: z.ZodType<unknown, Body>;
  readonly answer: z.ZodType<Answer>;
}

export function endpoint<const Path extends string, Answer, Query = undefined, Body = undefined>(
  method: HttpMethod,
  path: Path,
  shape: Shape<Query, Body, Answer>,
): Endpoint<Path, Query, Body, Answer> {
  return { method, path, query: shape.query, body: shape.body, answer: shape.answer };
}

/** Fills a path template; each value is one segment, whatever it holds. */
export function pathWith(template: string, values: Readonly<Record<string, string>> | undefined): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values?.[name];
    if (value === undefined) throw new Error(`endpoint_path: ${template} needs ${name}`);
    return encodeURIComponent(value);
  });
}
