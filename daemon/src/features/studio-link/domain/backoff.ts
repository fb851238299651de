/** Milliseconds. The first pause is at most this long, and it doubles from there. */
const FIRST_MS = 500;
/** The longest pause, however long the studio has been away. */
export const LONGEST_PAUSE_MS = 30_000;

/**
 * How long to wait before the next try: anything between nothing and a bound that doubles ("full jitter"; M. Brooker, "Exponential
 * Backoff and Jitter", AWS 2015). Without jitter a thousand daemons that lost the same studio come back in the same instant.
 *
 * @param attempt how many tries in a row have failed, from 1.
 * @param random in [0, 1).
 * @param atLeastMs what the studio asked for; added to, so that not everybody takes it at its word to the millisecond.
 */
export function reconnectPause(attempt: number, random: number, atLeastMs = 0): number {
  const bound = Math.min(LONGEST_PAUSE_MS, FIRST_MS * 2 ** Math.min(Math.max(attempt, 1) - 1, 10));
  return Math.min(LONGEST_PAUSE_MS, Math.round(atLeastMs + random * bound));
}
