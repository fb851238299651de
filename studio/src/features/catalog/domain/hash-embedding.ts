import { wordsOf } from './words.js';

/** Numbers of every embedding here. */
export const DIMENSIONS = 256;

const WORD = 1;
const PAIR = 0.6;
const LETTERS = 0.25;
const MOST_WORDS = 400;

/**
 * Signed feature hashing (Weinberger et al., 2009): words, pairs of words and runs of three to five letters, each added to one of 256
 * numbers with a sign of its own, and the whole brought to length 1. Lexical, not semantic: it sees that two texts use the same words or
 * parts of words, in whatever order and with small misspellings, and knows nothing about meaning.
 */
export function hashEmbedding(text: string): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  const words = wordsOf(text).slice(0, MOST_WORDS);
  const counts = new Map<string, number>();
  const count = (feature: string, weight: number): void => void counts.set(feature, (counts.get(feature) ?? 0) + weight);
  words.forEach((word, index) => {
    count(`w ${word}`, WORD);
    const next = words[index + 1];
    if (next !== undefined) count(`p ${word} ${next}`, PAIR);
    const marked = `^${word}$`;
    for (let length = 3; length <= 5; length += 1) for (let at = 0; at + length <= marked.length; at += 1) count(`l ${marked.slice(at, at + length)}`, LETTERS);
  });
  for (const [feature, weight] of counts) {
    const hash = fnv1a(feature);
    // What is said ten times does not matter ten times as much.
    const value = Math.sign(weight) * Math.log1p(Math.abs(weight));
    const place = hash % DIMENSIONS;
    vector[place] = (vector[place] ?? 0) + ((hash & 0x8000_0000) === 0 ? value : -value);
  }
  return normalised(vector);
}

/** Length 1; a vector of nothing stays nothing. */
function normalised(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length === 0 || !Number.isFinite(length) ? new Float32Array(vector.length) : vector.map((value) => value / length);
}

/**
 * An embedding of another length at 256 numbers: shorter ones are filled with zeros, longer ones folded by a count sketch, which keeps
 * cosines in expectation whatever the model. Models that can shorten their own embeddings are asked to, which is better.
 */
export function folded(vector: readonly number[]): Float32Array {
  const result = new Float32Array(DIMENSIONS);
  vector.forEach((value, index) => {
    const hash = vector.length > DIMENSIONS ? fnv1a(`d ${index}`) : index;
    const place = hash % DIMENSIONS;
    result[place] = (result[place] ?? 0) + ((hash & 0x8000_0000) === 0 ? value : -value);
  });
  return normalised(result);
}

/** Both have length 1, so this is their cosine. */
export function cosine(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < one.length; index += 1) sum += (one[index] ?? 0) * (other[index] ?? 0);
  return sum;
}

/** FNV-1a, 32 bits, with a final mix: its low bits alone are too regular for short texts. */
function fnv1a(text: string): number {
  let hash = 0x811c_9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
