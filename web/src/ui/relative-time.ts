const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago, in the one unit that matters: `now`, `4 min`, `3 h`, `12 d`, then the date. What is yet to come is now: clocks differ. */
export function relativeTime(at: string, now: number): string {
  const ago = now - Date.parse(at);
  if (ago < MINUTE) return 'now';
  if (ago < HOUR) return `${Math.floor(ago / MINUTE)} min`;
  if (ago < DAY) return `${Math.floor(ago / HOUR)} h`;
  if (ago < 30 * DAY) return `${Math.floor(ago / DAY)} d`;
  return at.slice(0, 10);
}
