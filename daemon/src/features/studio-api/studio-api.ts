import { Problem } from '@maestro/protocol';
import type { z } from 'zod';
import { newId } from '../../platform/new-id.js';
import type { HttpAnswer } from '../../platform/http.js';
import { StudioUnreachable, sendHttp } from '../../platform/http.js';
import type { SignInProblem, TokenAnswer } from '../identity/index.js';
import type { Arguments, Endpoint } from './endpoint.js';
import { pathWith } from './endpoint.js';

/** Why the studio said no. */
export type ApiFailure =
  | { readonly kind: 'signed_out'; readonly problem: SignInProblem }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly sentence: string; readonly problem?: Problem };

export type ApiAnswer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: ApiFailure };

export interface TokenSource {
  access(): Promise<TokenAnswer>;
  afterRejection(rejected: string): Promise<TokenAnswer>;
}

/** The studio's HTTP interface, as one identity. Throws `StudioUnreachable` when nobody answers. */
export class StudioApi {
  constructor(
    readonly studio: string,
    private readonly tokens: TokenSource,
  ) {}

  async call<Path extends string, Query extends z.ZodType, Body extends z.ZodType, Answer extends z.ZodType>(
    endpoint: Endpoint<Path, Query, Body, Answer>,
    args: Arguments<Path, Query, Body>,
  ): Promise<ApiAnswer<z.output<Answer>>> {
    const given = args as { path?: Record<string, string>; query?: Record<string, unknown>; body?: unknown };
    const token = await this.tokens.access();
    if (!token.ok) return { ok: false, failure: { kind: 'signed_out', problem: token.problem } };
    // The same key for the second try: a POST that got through before the first answer was lost has its effect once.
    const key = endpoint.method === 'POST' ? newId() : undefined;
    const send = (bearer: string) =>
      sendHttp({
        method: endpoint.method,
        url: `${this.studio}/api/v1${pathWith(endpoint.path, given.path)}${queryString(given.query)}`,
        headers: { authorization: `Bearer ${bearer}`, ...(key === undefined ? {} : { 'idempotency-key': key }) },
        ...(given.body === undefined ? {} : { body: given.body }),
      });
    let answer = await send(token.token);
    if (answer.status === 401) {
      const renewed = await this.tokens.afterRejection(token.token);
      if (!renewed.ok) return { ok: false, failure: { kind: 'signed_out', problem: renewed.problem } };
      answer = await send(renewed.token);
    }
    return this.read(endpoint, answer);
  }

  private read<Answer extends z.ZodType>(endpoint: { readonly method: string; readonly path: string; readonly answer: Answer }, answer: HttpAnswer): ApiAnswer<z.output<Answer>> {
    if (answer.status >= 200 && answer.status < 300) {
      const parsed = endpoint.answer.safeParse(answer.body);
      if (!parsed.success) throw new StudioUnreachable(this.studio, `its answer to ${endpoint.method} ${endpoint.path} is not what this version of maestro understands`, { cause: parsed.error });
      return { ok: true, value: parsed.data };
    }
    const problem = Problem.safeParse(answer.body);
    if (!problem.success) {
      return { ok: false, failure: { kind: 'refused', status: answer.status, code: `http_${answer.status}`, sentence: `The studio answered with HTTP ${answer.status}.` } };
    }
    return { ok: false, failure: { kind: 'refused', status: answer.status, code: problem.data.code, sentence: problem.data.detail, problem: problem.data } };
  }
}

function queryString(query: Readonly<Record<string, unknown>> | undefined): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null);
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs.map(([key, value]): [string, string] => [key, String(value)])).toString()}`;
}
