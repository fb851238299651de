/** Rests before the work is offered again never grow beyond this multiple of the first one: 30 s become 10 min. */
const MOST = 20;

/** Seconds for which work that a session let go is not offered to it again: `first`, doubling each time. */
export function cooldownSeconds(first: number, timesBefore: number): number {
  return first * Math.min(MOST, 2 ** timesBefore);
}
