import type { Problem } from '@maestro/protocol';

/** The studio refused; `problem.detail` is its sentence. */
export class ApiRefused extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(`${problem.code}: ${problem.detail}`);
  }
}

/** The studio's HTTP API as one signed-in person. Answers are trusted to be what the studio's own schemas say. */
export class Api {
  private cookie: string | undefined;

  constructor(public url: string) {}

  get<T>(path: string): Promise<T> {
    return this.call<T>('GET', path);
  }

  /** @param traceparent the trace that the caller began, as the browser does. */
  post<T>(path: string, body: unknown = {}, traceparent?: string): Promise<T> {
    return this.call<T>('POST', path, body, traceparent === undefined ? {} : { traceparent });
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>('PATCH', path, body);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.call<T>('PUT', path, body);
  }

  /** @throws ApiRefused with the studio's problem; TypeError when it cannot be reached. */
  private async call<T>(method: string, path: string, body?: unknown, more: Readonly<Record<string, string>> = {}): Promise<T> {
    const headers: Record<string, string> = { ...more, 'x-maestro-csrf': '1', ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    if (this.cookie !== undefined) headers['cookie'] = this.cookie;
    const response = await fetch(`${this.url}/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) this.cookie = cookie.split(';')[0];
    const text = await response.text();
    const answer: unknown = text === '' ? undefined : parse(text);
    if (!response.ok) throw new ApiRefused(response.status, (answer ?? { code: 'no_answer', detail: `HTTP ${response.status}` }) as Problem);
    return answer as T;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
