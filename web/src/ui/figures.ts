/** A length of time in the two largest units that say something: `12 s`, `4 min 12 s`, `3 h`, `2 d 4 h`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000));
  const units = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = units.findIndex(([many]) => many > 0);
  if (first === -1) return milliseconds >= 1 ? `${Math.round(milliseconds)} ms` : '0 s';
  return units
    .slice(first, first + 2)
    .filter(([many]) => many > 0)
    .map(([many, unit]) => `${many} ${unit}`)
    .join(' ');
}

/** A number with thin spaces between its thousands. */
export function figure(number: number): string {
  return String(number).replaceAll(/\B(?=(\d{3})+$)/g, '\u2009');
}

/** `1 file`, `2 files`. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${figure(number)} ${number === 1 ? one : many}`;
}
