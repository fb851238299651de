/** How a connection, or the try to make one, came to its end. */
export type Parting =
  /** It could not be made, broke, or went silent. */
  | { readonly kind: 'broken'; readonly sentence: string }
  /** The studio closed it, or refused the upgrade with this HTTP status (then `code` is the status). */
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string }
  /** There is no token to try with. */
  | { readonly kind: 'signed_out'; readonly sentence: string }
  /** The studio refused the hello. */
  | { readonly kind: 'hello_refused'; readonly code: string; readonly sentence: string; readonly retryAfterMs?: number }
  /** The studio said that it is going away. */
  | { readonly kind: 'drained'; readonly reconnectMs: number }
  /** The studio no longer knows this session. */
  | { readonly kind: 'forgotten' };

/** What to do next, always followed by another try: a daemon never gives up. */
export interface NextTry {
  /** Milliseconds that the pause has at least; jitter comes on top. */
  readonly atLeastMs: number;
  /** The token was refused: have it renewed before the next try, but only once in a row. */
  readonly renewToken: boolean;
  /** Whether the pause grows with each failure. False: the studio works, and asked for this. */
  readonly growing: boolean;
  /** For people, when it is more than a link that comes back by itself. */
  readonly trouble: { readonly kind: 'signed_out' | 'refused'; readonly sentence: string } | undefined;
}

/** Normal closure codes of RFC 6455 §7.4.1 that the studio uses, and its own. */
const CloseCode = { goingAway: 1001, serviceRestart: 1012, tryAgainLater: 1013, unauthenticated: 4401, forbidden: 4403, replaced: 4409 } as const;

/** How long to wait when only a person can help; they may act at any moment, so it is not forever. */
const PERSON_MS = 15_000;

export function nextTry(parting: Parting, tokenJustRenewed: boolean): NextTry {
  switch (parting.kind) {
    case 'broken':
      return { atLeastMs: 0, renewToken: false, growing: true, trouble: undefined };
    case 'drained':
      return { atLeastMs: parting.reconnectMs, renewToken: false, growing: false, trouble: undefined };
    case 'forgotten':
      return { atLeastMs: 0, renewToken: false, growing: false, trouble: undefined };
    case 'signed_out':
      return { atLeastMs: PERSON_MS, renewToken: false, growing: false, trouble: { kind: 'signed_out', sentence: parting.sentence } };
    case 'hello_refused':
      return parting.code === 'unauthenticated' ? refusedToken(tokenJustRenewed) : refusedHello(parting);
    case 'closed':
      return afterClose(parting, tokenJustRenewed);
  }
}

function afterClose(parting: Extract<Parting, { kind: 'closed' }>, tokenJustRenewed: boolean): NextTry {
  switch (parting.code) {
    case 401:
    case CloseCode.unauthenticated:
      return refusedToken(tokenJustRenewed);
    case 403:
    case 404:
    case CloseCode.forbidden:
    case CloseCode.replaced:
      return { atLeastMs: PERSON_MS, renewToken: false, growing: false, trouble: { kind: 'refused', sentence: parting.reason === '' ? 'The studio does not let this machine connect here.' : parting.reason } };
    case CloseCode.goingAway:
    case CloseCode.serviceRestart:
      return { atLeastMs: 0, renewToken: false, growing: false, trouble: undefined };
    case CloseCode.tryAgainLater:
      return { atLeastMs: 1_000, renewToken: false, growing: true, trouble: undefined };
    default:
      return { atLeastMs: 0, renewToken: false, growing: true, trouble: undefined };
  }
}

function refusedToken(tokenJustRenewed: boolean): NextTry {
  if (!tokenJustRenewed) return { atLeastMs: 0, renewToken: true, growing: false, trouble: undefined };
  return { atLeastMs: PERSON_MS, renewToken: true, growing: false, trouble: { kind: 'signed_out', sentence: 'The studio no longer accepts the sign-in of this machine.' } };
}

function refusedHello(parting: Extract<Parting, { kind: 'hello_refused' }>): NextTry {
  if (parting.code === 'unavailable' || parting.code === 'rate_limited' || parting.code === 'internal') return { atLeastMs: parting.retryAfterMs ?? 500, renewToken: false, growing: true, trouble: undefined };
  return { atLeastMs: PERSON_MS, renewToken: false, growing: false, trouble: { kind: 'refused', sentence: parting.sentence } };
}
