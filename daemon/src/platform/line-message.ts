/** One line of the control socket: a request, a notification or an answer. What it carries is for whoever it is addressed to to check. */
export interface LineMessage {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string; readonly data?: { readonly code: string; readonly sentence: string; readonly remedy: string } };
}

/**
 * Undefined when the line is no message. Read by hand and not with a schema: every command asks first whether a daemon listens, and most
 * of the time that took went into loading what reads schemas.
 */
export function readMessage(line: string): LineMessage | undefined {
  const message = parse(line);
  if (!isRecord(message)) return undefined;
  const { id, method, params, result, error } = message;
  if ((id !== undefined && typeof id !== 'number') || (method !== undefined && typeof method !== 'string')) return undefined;
  const failed = error === undefined ? undefined : readError(error);
  if (error !== undefined && failed === undefined) return undefined;
  return { ...(id === undefined ? {} : { id }), ...(method === undefined ? {} : { method }), params, result, ...(failed === undefined ? {} : { error: failed }) };
}

function readError(error: unknown): LineMessage['error'] | undefined {
  if (!isRecord(error) || typeof error['code'] !== 'number' || typeof error['message'] !== 'string') return undefined;
  const { message, data } = error;
  if (data === undefined) return { message };
  if (!isRecord(data)) return undefined;
  const { code, sentence, remedy } = data;
  if (typeof code !== 'string' || typeof sentence !== 'string' || typeof remedy !== 'string') return undefined;
  return { message, data: { code, sentence, remedy } };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
