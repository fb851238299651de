import { checkAnswer } from './answer-check.js';

/** What came back. `body` is parsed JSON, or the text when it is none. */
export interface Answer<B = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: B;
}

export interface Credential {
  readonly cookie?: string;
  readonly bearer?: string;
}

/** Calls the studio over HTTP as one caller: a browser (cookie and CSRF header), a machine (bearer), or nobody. */
export class TestClient {
  constructor(
    readonly url: string,
    readonly credential: Credential = {},
  ) {}

  get<B = Record<string, unknown>>(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer<B>> {
    return this.send<B>('GET', path, undefined, headers);
  }

  post<B = Record<string, unknown>>(path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer<B>> {
    return this.send<B>('POST', path, body, headers);
  }

  patch<B = Record<string, unknown>>(path: string, body?: unknown): Promise<Answer<B>> {
    return this.send<B>('PATCH', path, body);
  }

  put<B = Record<string, unknown>>(path: string, body?: unknown): Promise<Answer<B>> {
    return this.send<B>('PUT', path, body);
  }

  delete<B = Record<string, unknown>>(path: string): Promise<Answer<B>> {
    return this.send<B>('DELETE', path);
  }

  async send<B>(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer<B>> {
    const { cookie, bearer } = this.credential;
    const response = await fetch(new URL(path.startsWith('/') ? path : `/api/v1/${path}`, this.url), {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(cookie === undefined ? {} : { cookie, 'x-maestro-csrf': '1' }),
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const answered = parse(text);
    checkAnswer(this.url, method, response.url, response.status, answered);
    return { status: response.status, headers: response.headers, body: answered as B };
  }

  /** The same address with the session that an answer has set. */
  signedInBy(answer: Answer<unknown>): TestClient {
    const [cookie] = (answer.headers.get('set-cookie') ?? '').split(';');
    return new TestClient(this.url, { cookie: cookie ?? '' });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
