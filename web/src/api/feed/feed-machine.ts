import type { EventFrame, EventView } from '@maestro/protocol';

/*
 * The feed as a state machine: what a browser does with `/ws/events`, without a socket or a clock. `step` answers each happening with
 * the next state and what is to be done, so that every order of happenings can be tested.
 *
 * It must never lose an event silently. It resumes from its cursor, which the studio turns into what was missed; and where a cursor is
 * of no use (there was none, or the studio does not take it) everything shown is asked for again.
 */
export type FeedState =
  /** A socket is being opened, or reads what was missed. */
  | { readonly phase: 'connecting'; readonly cursor: string | null; readonly failures: number; readonly mustRefresh: boolean }
  | { readonly phase: 'live'; readonly cursor: string }
  /** Waits before it tries again. */
  | { readonly phase: 'waiting'; readonly cursor: string | null; readonly failures: number; readonly mustRefresh: boolean }
  | { readonly phase: 'stopped' };

export type FeedHappening =
  | { readonly type: 'frame'; readonly frame: EventFrame }
  | { readonly type: 'closed'; readonly code: number }
  /** The pause is over, the network is back, or the person has come back to the page. */
  | { readonly type: 'try_now' }
  | { readonly type: 'stop' };

export type FeedEffect =
  | { readonly do: 'connect'; readonly cursor: string | null }
  /** Milliseconds. */
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'show'; readonly event: EventView }
  /** Everything shown may be out of date. */
  | { readonly do: 'refresh' }
  /** The socket was refused: perhaps nobody is signed in any more. */
  | { readonly do: 'check_session' }
  | { readonly do: 'disconnect' };

export interface FeedStep {
  readonly state: FeedState;
  readonly effects: readonly FeedEffect[];
}

/** Close codes of the studio, as its sockets document them. */
const UNAUTHENTICATED = 4401;
const FORBIDDEN = 4403;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** A pause before the next try: doubling, with full jitter, so that a studio that comes back is not met by everybody at once. */
export function pauseMs(failures: number, random: number): number {
  return Math.round(random * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures));
}

/** The first step. What was read before the feed is live may be out of date by then, so it is asked for again once. */
export function begin(): FeedStep {
  return { state: { phase: 'connecting', cursor: null, failures: 0, mustRefresh: true }, effects: [{ do: 'connect', cursor: null }] };
}

/** @param random between 0 and 1. */
export function step(state: FeedState, happening: FeedHappening, random: number): FeedStep {
  if (state.phase === 'stopped') return { state, effects: [] };
  switch (happening.type) {
    case 'frame':
      return state.phase === 'waiting' ? { state, effects: [] } : received(state, happening.frame);
    case 'closed':
      return state.phase === 'waiting' ? { state, effects: [] } : closed(state, happening.code, random);
    case 'try_now':
      return state.phase === 'waiting' ? { state: { ...state, phase: 'connecting' }, effects: [{ do: 'connect', cursor: state.cursor }] } : { state, effects: [] };
    case 'stop':
      return { state: { phase: 'stopped' }, effects: [{ do: 'disconnect' }] };
  }
}

type Open = Extract<FeedState, { phase: 'connecting' | 'live' }>;

function received(state: Open, frame: EventFrame): FeedStep {
  if (frame.type === 'event') {
    const { event } = frame;
    return { state: { ...state, cursor: event.cursor }, effects: [{ do: 'show', event }] };
  }
  const refresh = state.phase === 'connecting' && state.mustRefresh;
  return { state: { phase: 'live', cursor: frame.cursor }, effects: refresh ? [{ do: 'refresh' }] : [] };
}

function closed(state: Open, code: number, random: number): FeedStep {
  const failures = state.phase === 'live' ? 0 : state.failures;
  // A cursor that is not taken would be refused for ever; without one, everything is asked for again.
  const refused = code === FORBIDDEN;
  const mustRefresh = refused || (state.phase === 'connecting' && state.mustRefresh);
  const waiting: FeedState = { phase: 'waiting', cursor: refused ? null : state.cursor, failures: failures + 1, mustRefresh };
  const effects: FeedEffect[] = [{ do: 'wait', ms: pauseMs(failures, random) }];
  // A browser is not told the status of a refused upgrade, only that it failed: whether one is still signed in has to be asked.
  if (code === UNAUTHENTICATED || refused || state.phase === 'connecting') effects.push({ do: 'check_session' });
  return { state: waiting, effects };
}
