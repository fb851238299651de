/** The line that an address leads to: `#L120`. */
export function lineOf(hash: string): number | undefined {
  const found = /^#?L(\d{1,9})$/.exec(hash)?.[1];
  return found === undefined ? undefined : Number(found);
}
