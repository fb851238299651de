import { errorCodeOfNumber, wireErrorData } from './errors.js';
import type { ErrorCode, WireError, WireErrorData } from './errors.js';

/**
 * What can go wrong on this side of the socket, without the other side having said anything.
 * None of these ever travels: a local error on the wire would blame the wrong side and show our insides.
 */
export const LocalErrorId = {
  /** `close()` was called, or the transport closed, before an answer came. The request may have taken effect: retry with the same opId. */
  peerClosed: 'peer_closed',
  /** No answer in time. `$/cancel` was sent. The request may have taken effect: retry with the same opId. */
  requestTimeout: 'request_timeout',
  /** The caller's own signal was aborted. `$/cancel` was sent. */
  requestCancelled: 'request_cancelled',
  /** The caller has too many requests without answers; nothing was sent. */
  tooManyInFlight: 'too_many_in_flight',
  /** The message would exceed the limit; nothing was sent. */
  messageTooLarge: 'message_too_large',
  /** The transport refused the message. */
  sendFailed: 'send_failed',
  /** The caller's params do not match the schema; nothing was sent. */
  paramsInvalid: 'params_invalid',
  /** The other side answered with something its schema does not allow. */
  resultInvalid: 'result_invalid',
} as const;
export type LocalErrorId = (typeof LocalErrorId)[keyof typeof LocalErrorId];

/** Base of all local errors of a peer; `id` is stable, the message is for the log. */
export class LocalRpcError extends Error {
  override readonly name: string = 'LocalRpcError';
  constructor(
    readonly id: LocalErrorId,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** Rejects everything that was pending when the peer closed, and every request after. */
export class PeerClosed extends LocalRpcError {
  override readonly name = 'PeerClosed';
  constructor(readonly reason: string) {
    super(LocalErrorId.peerClosed, `The connection is closed: ${reason}`);
  }
}

/** The other side answered with an error. `code` is `unknown` when this version has no name for the number. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly code: ErrorCode | 'unknown';
  /** The number as it came. */
  readonly wireNumber: number;
  readonly data: WireErrorData;

  constructor(
    readonly method: string,
    error: WireError,
  ) {
    const parsed = wireErrorData.safeParse(error.data);
    const code = errorCodeOfNumber(error.code) ?? 'unknown';
    const data = parsed.success ? parsed.data : { code, sentence: error.message.slice(0, 2000) };
    super(`${method}: ${code}: ${data.sentence}`);
    this.code = code;
    this.wireNumber = error.code;
    this.data = data;
  }
}
