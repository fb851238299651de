/** Seconds for which work that a session let go is not offered to it again: 30 s, doubling to 10 min. */
export function cooldownSeconds(timesBefore: number): number {
  return Math.min(600, 30 * 2 ** Math.min(10, timesBefore));
}
