/** Damps the first places, so that one ranking's best does not outvote two seconds (Cormack et al., 2009). */
const K = 60;

export interface Fused {
  readonly id: string;
  /** Sum of 1 / (60 + place) over the rankings that have it. */
  readonly score: number;
}

/** Reciprocal rank fusion: joins rankings whose scores cannot be compared. Equal scores go by id, so that an answer is always the same. */
export function fuse(rankings: readonly (readonly string[])[], limit: number): readonly Fused[] {
  const scores = new Map<string, number>();
  for (const ranking of rankings) ranking.forEach((id, place) => scores.set(id, (scores.get(id) ?? 0) + 1 / (K + place + 1)));
  return [...scores].map(([id, score]) => ({ id, score })).sort((one, other) => other.score - one.score || (one.id < other.id ? -1 : 1)).slice(0, limit);
}
