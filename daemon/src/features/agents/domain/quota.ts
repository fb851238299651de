/**
 * When an agent may go on after its limit was used up, read from its own wording. Every agent says it differently and changes it now and then, so several
 * forms are understood and a sentence without a time is still a quota: the run then waits a while and tries again.
 */

/** A civil date and time in some time zone, month from 1. */
interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAY_MS = 86_400_000;
/** A limit that seems to end later than this was misread. The longest known are weekly and monthly. */
const LONGEST_MS = 40 * DAY_MS;

const LIMIT_REACHED =
  /usage limit|rate.?limit|hit your (?:\w+ )?limit|limit (?:has been )?reached|quota (?:has been )?(?:exceeded|exhausted|reached)|exceeded your current quota|insufficient_quota|out of (?:extra )?(?:usage|credits)|too many requests|credit balance is too low|resource.?exhausted|\b429\b/i;

/** Whether an agent's error message says that a limit is used up. For messages known to be errors only: a task may well be about rate limits. */
export function saysLimitReached(text: string): boolean {
  return LIMIT_REACHED.test(text);
}

/**
 * The moment named in an agent's sentence about its limit, as ISO 8601 UTC, or `undefined`.
 *
 * @param now milliseconds since the epoch; times of day are the next such moment after it.
 * @param zone IANA time zone that times without a zone are meant in (the machine's own).
 */
export function limitEnds(text: string, now: number, zone: string): string | undefined {
  const at = afterPipe(text) ?? isoTime(text) ?? fullDate(text, zone) ?? duration(text, now) ?? timeOfDay(text, now, zone);
  if (at === undefined || !Number.isFinite(at) || at <= now || at - now > LONGEST_MS) return undefined;
  return new Date(at).toISOString();
}

/** `Claude AI usage limit reached|1735689600`: seconds since the epoch. */
function afterPipe(text: string): number | undefined {
  const match = /limit[^|\n]*\|(\d{9,11})\b/i.exec(text);
  return match === null ? undefined : Number(match[1]) * 1_000;
}

function isoTime(text: string): number | undefined {
  const match = /(?:until|at|after|resets?)\s+(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z)/i.exec(text);
  return match?.[1] === undefined ? undefined : Date.parse(match[1]);
}

/** `try again at Nov 21st, 2026 11:00 PM` */
function fullDate(text: string, zone: string): number | undefined {
  const match = /([a-z]{3})[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4}),?(?: at)? (\d{1,2}):(\d\d) ?([ap]m)?/i.exec(text);
  if (match === null) return undefined;
  const month = MONTHS.indexOf((match[1] ?? '').toLowerCase()) + 1;
  const hour = hourOf(Number(match[4]), match[6]);
  if (month === 0 || hour === undefined) return undefined;
  return instantIn(zone, { year: Number(match[3]), month, day: Number(match[2]), hour, minute: Number(match[5]) });
}

/** `try again in 3 hours 12 minutes`, `retry after 30s`, `resets in 2d 4h` */
function duration(text: string, now: number): number | undefined {
  const match = /(?:again|retry|resets?|wait)[a-z ]*?(?: in| after)?:? ((?:\d+(?:\.\d+)? ?(?:days?|hours?|minutes?|seconds?|mins?|secs?|hrs?|[dhms])\b[, ]*(?:and )?)+)/i.exec(text);
  if (match?.[1] === undefined) return undefined;
  const units: Record<string, number> = { d: DAY_MS, h: 3_600_000, m: 60_000, s: 1_000 };
  let sum = 0;
  for (const part of match[1].matchAll(/(\d+(?:\.\d+)?) ?([dhms])/gi)) sum += Number(part[1]) * (units[(part[2] ?? '').toLowerCase()] ?? 0);
  return sum > 0 ? now + sum : undefined;
}

/** `resets 3pm (Europe/Berlin)`, `try again at 11:00 PM`, `resets at 14:30` */
function timeOfDay(text: string, now: number, zone: string): number | undefined {
  const match = /(?:resets?|again|reset)(?: at)?:? (\d{1,2})(?::(\d\d))? ?([ap]m)?(?: \(([A-Za-z_]+(?:\/[A-Za-z_+\-0-9]+)*)\))?/i.exec(text);
  if (match === null || (match[2] === undefined && match[3] === undefined)) return undefined;
  const hour = hourOf(Number(match[1]), match[3]);
  if (hour === undefined) return undefined;
  const named = match[4] ?? zone;
  const today = civilTimeIn(named, now);
  if (today === undefined) return undefined;
  const at = instantIn(named, { ...today, hour, minute: Number(match[2] ?? 0) });
  if (at === undefined || at > now) return at;
  const tomorrow = civilTimeIn(named, now + DAY_MS);
  return tomorrow === undefined ? undefined : instantIn(named, { ...tomorrow, hour, minute: Number(match[2] ?? 0) });
}

function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour <= 23 ? hour : undefined;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
}

/** The instant at which clocks in `zone` show `time`, or `undefined` for an unknown zone. */
function instantIn(zone: string, time: CivilTime): number | undefined {
  const asUtc = Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute);
  // The offset depends on the instant that is sought; a second look settles it except within the hour of a clock change.
  let guess = asUtc;
  for (let round = 0; round < 2; round += 1) {
    const shown = civilTimeIn(zone, guess);
    if (shown === undefined) return undefined;
    guess += asUtc - Date.UTC(shown.year, shown.month - 1, shown.day, shown.hour, shown.minute);
  }
  return guess;
}

function civilTimeIn(zone: string, instant: number): CivilTime | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    const parts = new Map(format.formatToParts(instant).map((part) => [part.type, Number(part.value)]));
    const [year, month, day, hour, minute] = (['year', 'month', 'day', 'hour', 'minute'] as const).map((type) => parts.get(type));
    if (year === undefined || month === undefined || day === undefined || hour === undefined || minute === undefined) return undefined;
    return { year, month, day, hour, minute };
  } catch {
    return undefined;
  }
}
