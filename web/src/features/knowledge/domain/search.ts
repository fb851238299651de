import { ARTIFACT_KINDS } from '@maestro/protocol';
import type { ArtifactKind, CatalogHit, KnowledgeAnswer } from '@maestro/protocol';

/** What somebody looks for, as the address holds it. */
export interface Question {
  readonly q: string;
  readonly kind: ArtifactKind | null;
  readonly language: string | null;
  readonly framework: string | null;
}

/** What one answer holds at most. */
const MOST_HITS = 50;
/** Of a question, in characters. */
const LONGEST = 500;

/** Reads a question from an address: what no analysis knows is left out instead of refused. */
export function questionOf(search: URLSearchParams): Question {
  const kind = search.get('kind');
  return { q: (search.get('q') ?? '').trim().slice(0, LONGEST), kind: ARTIFACT_KINDS.find((each) => each === kind) ?? null, language: search.get('language'), framework: search.get('framework') };
}

/** The question as the studio takes it; undefined when there is nothing to look for. */
export function askedAs({ q, kind, language, framework }: Question): string | undefined {
  if (q === '') return undefined;
  const narrowed = Object.entries({ kind, language, framework }).filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== '');
  return new URLSearchParams([['q', q], ...narrowed, ['limit', String(MOST_HITS)]]).toString();
}

/** The last part of a path, and what stands before it. */
export function pathParts(path: string): { readonly folder: string; readonly file: string } {
  const cut = path.lastIndexOf('/') + 1;
  return { folder: path.slice(0, cut), file: path.slice(cut) };
}

export function linesOf({ line, endLine }: Pick<CatalogHit, 'line' | 'endLine'>): string {
  return line === endLine ? String(line) : `${line}–${endLine}`;
}

/** Embedders of this name count words; others compare meanings. */
const LEXICAL = /^hash-/;

/** How the answer was made, in a sentence. */
export function rankingSentence({ ranking, embedder }: Pick<KnowledgeAnswer, 'ranking' | 'embedder'>): string {
  if (ranking === 'full_text') return 'Ranked by full text alone: the embedder did not answer.';
  return LEXICAL.test(embedder) ? `Ranked by full text and vectors, which here compare words (${embedder}).` : `Ranked by full text and vectors of meaning (${embedder}).`;
}
