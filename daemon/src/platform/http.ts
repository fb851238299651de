/** A studio could not be reached: name not found, refused, reset, no answer in time, or something that is no studio. */
export class StudioUnreachable extends Error {
  override readonly name = 'StudioUnreachable';
  constructor(
    readonly url: string,
    readonly why: string,
    options?: { cause?: unknown },
  ) {
    super(`studio_unreachable: ${url}: ${why}`, options);
  }
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Milliseconds. Default 15,000. */
  readonly timeoutMs?: number;
}

export interface HttpAnswer {
  readonly status: number;
  /** Parsed when the answer says it is JSON, else the text. */
  readonly body: unknown;
  readonly retryAfterSeconds: number | undefined;
  /** The other side's clock, in milliseconds since the Unix epoch, to the second; absent when it did not say. */
  readonly serverTime?: number;
}

/** More than any answer of a studio. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** Sends one request. Any status is an answer; throws {@link StudioUnreachable} only. */
export async function sendHttp(request: HttpRequest): Promise<HttpAnswer> {
  const { method, url, headers = {}, body, timeoutMs = 15_000 } = request;
  try {
    const response = await fetch(url, {
      method,
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A redirect would carry the bearer token to another address.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    if (bytes.length > MAX_ANSWER_BYTES) throw new StudioUnreachable(url, 'the answer is too large');
    const retryAfter = Number(response.headers.get('retry-after'));
    const serverTime = Date.parse(response.headers.get('date') ?? '');
    return {
      status: response.status,
      body: parsed(bytes.toString('utf8'), response.headers.get('content-type') ?? ''),
      retryAfterSeconds: retryAfter > 0 ? retryAfter : undefined,
      ...(Number.isNaN(serverTime) ? {} : { serverTime }),
    };
  } catch (error) {
    if (error instanceof StudioUnreachable) throw error;
    throw new StudioUnreachable(new URL(url).origin, reason(error, timeoutMs), { cause: error });
  }
}

function parsed(text: string, type: string): unknown {
  if (!/[/+]json\b/.test(type)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function reason(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1_000} s`;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  switch (code) {
    case 'ECONNREFUSED':
      return 'nothing listens there';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the name of the host is not known';
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return 'the connection broke';
    default:
      return code ?? (error instanceof Error ? error.message : String(error));
  }
}
