/** A duration in the two largest units that say something: `12 s`, `4 min 12 s`, `3 h`, `2 d 4 h`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const units = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = units.findIndex(([count]) => count > 0);
  if (first === -1) return '0 s';
  return units
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** How long ago, or in how long; `now` within a second. An absent time is an empty text. */
export function relative(iso: string | null | undefined, now: number): string {
  if (iso === null || iso === undefined) return '';
  const distance = now - Date.parse(iso);
  if (Math.abs(distance) < 1_000) return 'now';
  return distance > 0 ? `${duration(distance)} ago` : `in ${duration(-distance)}`;
}

/** `1 task`, `2 tasks`; thin spaces between thousands. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${thousands(number)} ${number === 1 ? one : many}`;
}

export function thousands(number: number): string {
  return String(number).replaceAll(/\B(?=(\d{3})+$)/g, '\u2009');
}

/** States as people read them: `in_review` is "in review". */
export function spoken(word: string): string {
  return word.replaceAll('_', ' ');
}

/** The end of an id, which differs even between ids made in the same moment; enough to type, and accepted wherever an id is. */
export function shortId(id: string): string {
  return id.slice(-8);
}

/** What one line has room for. */
export function firstLine(text: string, most: number): string {
  const [line = ''] = text.trim().split('\n', 1);
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

/** A size on the disk in the largest unit that leaves a number of at least 1: `812 B`, `4.2 MB`, `31 GB`. Powers of 1,024, as `du -h` has them. */
export function bytes(number: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const;
  let value = Math.max(0, number);
  let unit = 0;
  while (value >= 1_023.5 && unit < units.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  return `${value < 9.95 && unit > 0 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)} ${units[unit] ?? 'TB'}`;
}
