import type { RunEventItem } from '@maestro/protocol';

/** A run's journal as far as it was read: ascending by `seq`, each line once. */
export type Lines = readonly RunEventItem[];

/**
 * Joins a page to what was read before. Pages may come twice, overlap, and come in any order; the result is the same. A line never
 * changes once it is written, so of two with one number either may stay.
 */
export function joinLines(held: Lines, page: Lines): Lines {
  if (page.length === 0) return held;
  const fresh = inOrder(page);
  const last = held.at(-1)?.seq ?? 0;
  if ((fresh[0]?.seq ?? 0) > last) return [...held, ...fresh];
  const known = new Set(held.map(({ seq }) => seq));
  const missing = fresh.filter(({ seq }) => !known.has(seq));
  return missing.length === 0 ? held : inOrder([...held, ...missing]);
}

function inOrder(lines: Lines): Lines {
  const bySeq = new Map(lines.map((line) => [line.seq, line]));
  return [...bySeq.values()].sort((one, other) => one.seq - other.seq);
}

/** The last line before the first gap, where reading goes on; 0 before the first one. Lines count from 1. */
export function readUpTo(lines: Lines): number {
  // Nearly always there is no gap, and then the last line says so.
  if (lines.at(-1)?.seq === lines.length) return lines.length;
  const gap = lines.findIndex(({ seq }, index) => seq !== index + 1);
  return gap === -1 ? lines.length : gap;
}
