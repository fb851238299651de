import type { Problem } from '@maestro/protocol';
import { newTraceparent } from '../platform/trace.js';

/** The studio answered with a problem; `message` is its sentence, which says what to do next. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(
    readonly status: number,
    /** Stable, such as `head_moved`. */
    readonly code: string,
    sentence: string,
    /** What is wrong with single fields, by path. */
    readonly issues: readonly { readonly path: string; readonly message: string }[] = [],
  ) {
    super(sentence);
  }
}

/** No answer came at all. */
class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/**
 * Reads from the studio. Answers are trusted to have the protocol's shapes and are not parsed again: the studio that answers is the one
 * that served this app, and its schemas would be three quarters of the bundle.
 *
 * @param path below `/api/v1`.
 * @throws Refused, Unreachable
 */
export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return call<T>(path, { method: 'GET', ...(signal === undefined ? {} : { signal }) });
}

/** Asks the studio to change something. @throws Refused, Unreachable */
export function post<T>(path: string, body: unknown = {}): Promise<T> {
  return call<T>(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
}

/** @throws Refused, Unreachable */
export function patch<T>(path: string, body: unknown = {}): Promise<T> {
  return call<T>(path, { method: 'PATCH', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
}

/** @throws Refused, Unreachable */
export function remove<T>(path: string): Promise<T> {
  return call<T>(path, { method: 'DELETE' });
}

/** No list of a person's is longer; a cursor that never ends is a defect and must not fill the memory. */
const MOST_PAGES = 50;

/** Every item of a list, page by page. @throws Refused, Unreachable */
export async function list<T>(path: string, signal?: AbortSignal): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const query: string = new URLSearchParams({ limit: '200', ...(cursor === null ? {} : { cursor }) }).toString();
    const page: { readonly data: readonly T[]; readonly nextCursor: string | null } = await get(`${path}?${query}`, signal);
    found.push(...page.data);
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  return found;
}

async function call<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    // The header is what a page of another site cannot set: it shows that the request comes from here.
    response = await fetch(`/api/v1${path}`, { ...init, headers: { 'x-maestro-csrf': '1', accept: 'application/json', ...(init.method === 'GET' ? {} : { traceparent: newTraceparent() }), ...init.headers } });
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw new Unreachable('The studio does not answer. This page goes on by itself as soon as it does.');
  }
  const text = await response.text();
  if (!response.ok) throw refusalOf(response.status, text);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** A proxy on the way may answer with anything; only a problem document of the studio is quoted. */
function refusalOf(status: number, text: string): Refused {
  const problem = readProblem(text);
  if (problem === undefined) return new Refused(status, 'no_problem', `The studio could not be asked: something on the way answered with status ${status}.`);
  return new Refused(status, problem.code, problem.detail, problem.issues);
}

function readProblem(text: string): Problem | undefined {
  try {
    const found: unknown = JSON.parse(text);
    const isProblem = typeof found === 'object' && found !== null && 'code' in found && typeof found.code === 'string' && 'detail' in found && typeof found.detail === 'string';
    return isProblem ? (found as Problem) : undefined;
  } catch {
    return undefined;
  }
}
