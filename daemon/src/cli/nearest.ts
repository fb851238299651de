/** The word that `typed` was most likely meant to be; absent when none is close enough to be more than a guess. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const wanted = typed.toLowerCase();
  const scored = known
    .map((word) => ({ word, distance: word.startsWith(wanted) && wanted.length > 1 ? 0.5 : distance(wanted, word) }))
    .filter(({ word, distance: steps }) => steps <= Math.max(1, Math.floor(Math.max(word.length, wanted.length) * 0.4)))
    .sort((one, other) => one.distance - other.distance || one.word.localeCompare(other.word));
  return scored[0]?.word;
}

/** Steps from one word to the other: insert, delete, replace, or swap two neighbours (optimal string alignment). */
export function distance(from: string, to: string): number {
  const rows = Array.from({ length: from.length + 1 }, (_, i) => Array.from({ length: to.length + 1 }, (__, j) => (i === 0 ? j : j === 0 ? i : 0)));
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= from.length; i += 1) {
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1];
      let best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) best = Math.min(best, at(i - 2, j - 2) + 1);
      const row = rows[i];
      if (row !== undefined) row[j] = best;
    }
  }
  return at(from.length, to.length);
}
