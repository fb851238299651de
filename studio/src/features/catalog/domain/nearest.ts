import { cosine } from './hash-embedding.js';

export interface Near {
  readonly id: string;
  readonly similarity: number;
}

/** Similarities are compared in steps of this: two databases add up in different orders. */
const STEP = 1e-5;

/** The embeddings nearest to a query, by looking at every one. Equal ones go by id. */
export function nearest(query: Float32Array, embeddings: readonly { readonly id: string; readonly embedding: ArrayLike<number> }[], limit: number): readonly Near[] {
  return inOrder(embeddings.map(({ id, embedding }) => ({ id, similarity: cosine(query, embedding) }))).slice(0, limit);
}

/** Most similar first, in the one order that all rankings have. */
export function inOrder(found: readonly Near[]): readonly Near[] {
  const step = ({ similarity }: Near): number => Math.round(similarity / STEP);
  return [...found].sort((one, other) => step(other) - step(one) || (one.id < other.id ? -1 : 1));
}
