import fc from 'fast-check';

/** Numbers in [0, 1) that a seed decides: a failure is seen again by its seed. */
export type Random = () => number;

const STEPS = 2 ** 32;

/** The generator is fast-check's, without its liking for small numbers. */
export function randomOf(seed: number): Random {
  const [numbers] = fc.sample(fc.infiniteStream(fc.noBias(fc.nat(STEPS - 1)), { noHistory: true }), { seed, numRuns: 1 });
  if (numbers === undefined) throw new Error('no numbers came of this seed');
  return () => (numbers.next().value ?? 0) / STEPS;
}

/** @throws RangeError for an empty list. */
export function pick<T>(random: Random, from: readonly T[]): T {
  const picked = from[Math.floor(random() * from.length)];
  if (picked === undefined) throw new RangeError('nothing to pick from');
  return picked;
}

/** A whole number between the two, both included. */
export function between(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1));
}
