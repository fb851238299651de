/*
 * What a peer needs from its platform. This package is compiled without Node's or the browser's types, so each is an interface
 * of exactly what is used; `setTimeout`, `AbortController` and `crypto.randomUUID` satisfy them.
 */

/** The part of the platform's `AbortSignal` that the peer itself uses. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface CancelSource<Signal extends CancelSignal> {
  readonly signal: Signal;
  abort(): void;
}

export interface PeerPorts<Signal extends CancelSignal> {
  /** Runs `task` once after `ms` milliseconds unless the returned function is called before. */
  after(ms: number, task: () => void): () => void;
  /** `() => new AbortController()`: handlers then get the platform's real signal, by inference. */
  newCancelSource(): CancelSource<Signal>;
  /** A fresh, unguessable id under which an internal error is both logged and reported to the caller. */
  newCorrelationId(): string;
}

/** The transport: text messages, in order. It may throw or reject; the peer turns that into `send_failed`. */
export interface MessagePort {
  send(text: string): void | Promise<void>;
}

/** Each limit guards this side; none is negotiated. */
export interface PeerLimits {
  /** UTF-8 bytes of one message, both ways. Default 1 MiB. */
  readonly maxMessageBytes: number;
  /** Nesting of objects and arrays in one message. Default 64. */
  readonly maxDepth: number;
  /** Messages in one batch. Default 50. */
  readonly maxBatch: number;
  /** Requests and notifications of the other side that are being worked on. Default 64. */
  readonly maxInboundInFlight: number;
  /** Own requests without an answer. Default 256. */
  readonly maxOutboundInFlight: number;
}

export const DEFAULT_LIMITS: PeerLimits = {
  maxMessageBytes: 1024 * 1024,
  maxDepth: 64,
  maxBatch: 50,
  maxInboundInFlight: 64,
  maxOutboundInFlight: 256,
};

/** What the other side did that the protocol does not allow. Reported, never fatal: the transport decides when it has seen enough. */
export const ViolationKind = {
  notJson: 'not_json',
  tooLarge: 'too_large',
  tooDeep: 'too_deep',
  forbiddenKey: 'forbidden_key',
  badBatch: 'bad_batch',
  badEnvelope: 'bad_envelope',
  idReused: 'id_reused',
  unsentId: 'unsent_id',
  unknownMethod: 'unknown_method',
  wrongDirection: 'wrong_direction',
  invalidParams: 'invalid_params',
  tooManyInFlight: 'too_many_in_flight',
  notificationRefused: 'notification_refused',
  /** An error without an id: the other side could not read something we sent. */
  unaddressedError: 'unaddressed_error',
} as const;
export type ViolationKind = (typeof ViolationKind)[keyof typeof ViolationKind];

/** For the log and the audit. Holds no payload: what was sent may be secret, and is attacker-controlled. */
export interface Violation {
  readonly kind: ViolationKind;
  /** The method, when one could be read; at most 128 characters, otherwise as it came. */
  readonly method?: string;
}

/** A surprise in a handler, the role check or a result. `error` never leaves this side. */
export interface InternalErrorReport {
  readonly correlationId: string;
  readonly method: string;
  readonly error: unknown;
}
