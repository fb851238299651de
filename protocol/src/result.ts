/**
 * An expected "no", as a value. Services and `domain/` return it, nobody throws it, and only the HTTP error filter and the daemon
 * gateway turn it into a status or wire code. A surprise (a bug, a lost database) is thrown instead, with a stable string id.
 */
export interface Refusal {
  readonly kind: RefusalKind;
  /** Stable, snake_case, unique in meaning: clients branch on it. Example: `invite_used`. */
  readonly code: string;
  /** For a person, in plain words, ending with what to do next. */
  readonly sentence: string;
  /** Machine-readable particulars, such as the current tree of a version conflict. Never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What sort of "no" it is. Each maps to one HTTP status; `code` says the rest. */
export const RefusalKind = {
  /** The request itself is malformed (400). */
  invalid: 'invalid',
  /** Who is asking is unknown (401). */
  unauthenticated: 'unauthenticated',
  /** Known, but may not (403). */
  forbidden: 'forbidden',
  /** Does not exist, or the asker may not know that it does (404). */
  not_found: 'not_found',
  /** The present state forbids it; it may work later or after a change (409). */
  conflict: 'conflict',
  /** It existed, and never will again (410). */
  gone: 'gone',
  /** Well-formed, but its content breaks a rule (422). */
  unprocessable: 'unprocessable',
  /** Too much in too short a time (429). */
  too_many: 'too_many',
  /** Not now; try again shortly (503). */
  unavailable: 'unavailable',
} as const;
export type RefusalKind = (typeof RefusalKind)[keyof typeof RefusalKind];

export type Result<T, R extends Refusal = Refusal> = Ok<T> | Refused<R>;
export interface Ok<T> {
  readonly ok: true;
  readonly value: T;
}
export interface Refused<R extends Refusal = Refusal> {
  readonly ok: false;
  readonly refusal: R;
}

export function ok(): Ok<void>;
export function ok<T>(value: T): Ok<T>;
export function ok<T>(value?: T): Ok<T | undefined> {
  return { ok: true, value };
}

export function refuse(kind: RefusalKind, code: string, sentence: string, details?: Readonly<Record<string, unknown>>): Refused {
  return { ok: false, refusal: details === undefined ? { kind, code, sentence } : { kind, code, sentence, details } };
}
