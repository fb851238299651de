import type { Position } from './parse-result.js';

/** A value that still knows where it was written. JSON, YAML and Markdown all become this, and one reader takes it from there. */
export type SourceNode =
  | { readonly kind: 'scalar'; readonly at: Position; readonly value: string | number | boolean | null }
  | { readonly kind: 'list'; readonly at: Position; readonly items: readonly SourceNode[] }
  | { readonly kind: 'map'; readonly at: Position; readonly entries: readonly SourceEntry[] };

export interface SourceEntry {
  readonly key: string;
  readonly keyAt: Position;
  readonly value: SourceNode;
}

/** Nesting that a proposal or directive needs, with room to spare; the readers recurse to this depth and no further. */
export const MAX_NESTING = 32;

/** Values in one text. A full proposal of 500 tasks has about 12,000. */
export const MAX_VALUES = 40_000;

/** Offsets to positions, by binary search; a text with many issues asks often. */
export function positionsOf(text: string): (offset: number) => Position {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
