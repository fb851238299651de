import { z } from 'zod';

/**
 * Every error that may travel in a JSON-RPC `error` member, by its stable name.
 * What goes wrong on this side of the socket (a timeout, a closed peer) is not here: see `local-errors.ts`.
 */
export const ErrorCode = {
  parseError: 'parse_error',
  invalidRequest: 'invalid_request',
  methodNotFound: 'method_not_found',
  invalidParams: 'invalid_params',
  internal: 'internal',
  rateLimited: 'rate_limited',
  tooLarge: 'too_large',
  unavailable: 'unavailable',
  cancelled: 'cancelled',
  versionUnsupported: 'version_unsupported',
  unauthenticated: 'unauthenticated',
  forbidden: 'forbidden',
  notFound: 'not_found',
  conflict: 'conflict',
  staleEpoch: 'stale_epoch',
  refused: 'refused',
} as const;
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** The errors that only the peer itself produces; a handler can neither declare nor return them. */
export const PROTOCOL_ERROR_CODES = [
  ErrorCode.parseError,
  ErrorCode.invalidRequest,
  ErrorCode.methodNotFound,
  ErrorCode.invalidParams,
  ErrorCode.internal,
  ErrorCode.cancelled,
] as const;
export type ProtocolErrorCode = (typeof PROTOCOL_ERROR_CODES)[number];

/** The errors that a method declares in `errors` and its handler returns with `refuse`. */
export type ApplicationErrorCode = Exclude<ErrorCode, ProtocolErrorCode>;

export interface WireErrorInfo {
  /** The number in `error.code`. −32xxx as JSON-RPC 2.0 §5.1 reserves them; application errors are positive, outside its range. */
  readonly number: number;
  /** The fixed `error.message`. What is specific to the case is in `error.data.sentence`. */
  readonly message: string;
  readonly thrownBy: string;
  readonly why: string;
}

/** Number, fixed message, origin and reason of each wire error; the protocol reference is generated from it. */
export const WIRE_ERRORS: Readonly<Record<ErrorCode, WireErrorInfo>> = {
  parse_error: { number: -32700, message: 'Parse error', thrownBy: 'the receiving peer', why: 'The message is not JSON. The id is null, because none could be read.' },
  invalid_request: { number: -32600, message: 'Invalid Request', thrownBy: 'the receiving peer', why: 'JSON, but no JSON-RPC 2.0 envelope: wrong version, scalar params, an object or null id, an empty or over-long batch, nesting that is too deep.' },
  method_not_found: { number: -32601, message: 'Method not found', thrownBy: 'the receiving peer', why: 'No such method, or it is one that only the other side serves.' },
  invalid_params: { number: -32602, message: 'Invalid params', thrownBy: 'the receiving peer', why: 'The params do not match the method\'s schema; `data.issues` names each path.' },
  internal: { number: -32603, message: 'Internal error', thrownBy: 'the receiving peer', why: 'The handler threw, or returned what its own schema refuses. The cause stays in the log of that side, under `data.correlationId`.' },
  rate_limited: { number: -32000, message: 'Too many requests', thrownBy: 'the receiving peer, or a handler', why: 'More calls are in flight, or in the window, than allowed; `data.retryAfterMs` says when to try again.' },
  too_large: { number: -32001, message: 'Too large', thrownBy: 'the receiving peer, or a handler', why: 'The message, its answer or a field exceeds its limit. Sending it again will not help.' },
  unavailable: { number: -32002, message: 'Unavailable', thrownBy: 'a handler', why: 'Something it needs is away for now (database, git host), or the process is draining. Safe to retry with the same opId.' },
  cancelled: { number: -32003, message: 'Cancelled', thrownBy: 'the receiving peer', why: 'The caller sent `$/cancel` and the handler stopped.' },
  version_unsupported: { number: -32004, message: 'Protocol version not supported', thrownBy: 'session/hello', why: 'The two version ranges do not meet; the sentence says which side to upgrade.' },
  unauthenticated: { number: 4010, message: 'Not signed in', thrownBy: 'the role check', why: 'The connection has no identity yet, or its token has expired or was revoked.' },
  forbidden: { number: 4030, message: 'Not allowed', thrownBy: 'the role check, or a handler', why: 'The identity is known and may not do this: role, purpose, or a run that belongs to another session.' },
  not_found: { number: 4040, message: 'Not found', thrownBy: 'a handler', why: 'No such thing, or one of another workspace: the two are not told apart.' },
  conflict: { number: 4090, message: 'Conflict', thrownBy: 'a handler', why: 'The thing has changed since the caller looked (version, head). Read it again.' },
  stale_epoch: { number: 4091, message: 'Stale epoch', thrownBy: 'run methods', why: 'The lease was given to somebody else or has ended. Stop the run; its finished work is reconciled, not lost.' },
  refused: { number: 4220, message: 'Refused', thrownBy: 'a handler', why: 'A rule of the domain says no; `data.reason` is the rule\'s stable code and `data.sentence` tells a person what to do.' },
};

const BY_NUMBER: ReadonlyMap<number, ErrorCode> = new Map(
  Object.values(ErrorCode).map((code) => [WIRE_ERRORS[code].number, code]),
);

/** The name of a wire number, or `undefined` for one that this version does not know. */
export function errorCodeOfNumber(number: number): ErrorCode | undefined {
  return BY_NUMBER.get(number);
}

/** One thing wrong with params or a result: where, as `runs[0].epoch`, and what. */
export const wireIssue = z.object({ path: z.string().max(500), message: z.string().max(1000) });
export type WireIssue = z.infer<typeof wireIssue>;

/** `error.data` of every error we send. Unknown members are dropped on receipt, so that a newer peer may add some. */
export const wireErrorData = z.object({
  code: z.string().max(64),
  /** For a person: what happened and what to do next. */
  sentence: z.string().max(2000),
  /** For `refused` and `conflict`: the rule's own stable code, such as `too_late` or `head_moved`. */
  reason: z.string().max(64).optional(),
  issues: z.array(wireIssue).max(50).optional(),
  /** For `internal`: the key under which the other side logged the cause. */
  correlationId: z.string().max(128).optional(),
  /** Milliseconds. */
  retryAfterMs: z.number().int().nonnegative().optional(),
});
export type WireErrorData = z.infer<typeof wireErrorData>;

/** The JSON-RPC `error` member. */
export const wireError = z.object({ code: z.number().int(), message: z.string(), data: z.unknown().optional() });
export type WireError = z.infer<typeof wireError>;

/** Builds the `error` member for a code. The message is fixed per code; only `data` is particular. */
export function toWireError(code: ErrorCode, data: Omit<WireErrorData, 'code'>): WireError & { data: WireErrorData } {
  const { number, message } = WIRE_ERRORS[code];
  return { code: number, message, data: { code, ...data } };
}

export interface RefusalDetails {
  readonly reason?: string;
  /** Milliseconds. */
  readonly retryAfterMs?: number;
}

/**
 * An expected "no", returned (never thrown) by a handler or the role check.
 * A class and not a plain object, so that no result can be mistaken for one; not an `Error`, because nothing went wrong.
 */
export class Refusal<Code extends ApplicationErrorCode = ApplicationErrorCode> {
  constructor(
    readonly code: Code,
    /** For a person: what happened and what to do next. */
    readonly sentence: string,
    readonly details: RefusalDetails = {},
  ) {}
}

/** `return refuse('refused', 'Too late, it is landing.', { reason: 'too_late' })` */
export function refuse<Code extends ApplicationErrorCode>(code: Code, sentence: string, details?: RefusalDetails): Refusal<Code> {
  return new Refusal(code, sentence, details);
}
