import { percentile } from '../report.js';

/** A ratio to reach: product over floor is at most, or at least, this. */
export interface Goal {
  readonly kind: 'at most' | 'at least';
  readonly ratio: number;
}

export const atMost = (ratio: number): Goal => ({ kind: 'at most', ratio });
export const atLeast = (ratio: number): Goal => ({ kind: 'at least', ratio });

/** One line of a report: what was measured, beside the program that it is measured against. */
export interface Row {
  readonly metric: string;
  readonly unit: string;
  readonly product: number;
  /** What the floor is, in a few words. */
  readonly against: string;
  readonly floor: number;
  /** Median of the pairs' ratios. */
  readonly ratio: number;
  /** Smallest and largest ratio of a pair. */
  readonly spread: readonly [number, number];
  readonly pairs: number;
  /** Absent where the row only informs. */
  readonly goal?: Goal;
}

export interface Pair {
  readonly product: number;
  readonly floor: number;
}

const PAIRS = 7;

/** How many pairs make a median that can be believed; a quick look takes two. */
export const pairsFor = (quick: boolean): number => (quick ? 2 : PAIRS);

/**
 * Measures product and floor by turns, so that what else the machine does hits both alike; every other pair the other way round, so
 * that warming up favours neither. On a machine of two cores one and the same program has been seen to vary by a factor of three within
 * minutes: times of different minutes say nothing about each other, which is why there is no goal in milliseconds.
 */
export async function interleave(product: () => Promise<number>, floor: () => Promise<number>, pairs: number): Promise<readonly Pair[]> {
  const found: Pair[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    if (pair % 2 === 0) {
      const first = await product();
      found.push({ product: first, floor: await floor() });
    } else {
      const first = await floor();
      found.push({ floor: first, product: await product() });
    }
  }
  return found;
}

/** @throws Error when there is no pair, or one that is no number: a bench that measured nothing must not look like one that did. */
export function rowOf(about: Pick<Row, 'metric' | 'unit' | 'against'> & { readonly goal?: Goal }, pairs: readonly Pair[]): Row {
  const ratios = pairs.map(({ product, floor }) => product / floor);
  if (ratios.length === 0 || ratios.some((ratio) => !Number.isFinite(ratio))) throw new Error(`bench.nothing_measured: ${about.metric}`);
  const median = (values: readonly number[]): number => percentile(values, 0.5);
  return {
    ...about,
    product: median(pairs.map(({ product }) => product)),
    floor: median(pairs.map(({ floor }) => floor)),
    ratio: median(ratios),
    spread: [Math.min(...ratios), Math.max(...ratios)],
    pairs: pairs.length,
  };
}

export function isReached({ goal, ratio }: Pick<Row, 'goal' | 'ratio'>): boolean {
  if (goal === undefined) return true;
  return goal.kind === 'at most' ? ratio <= goal.ratio : ratio >= goal.ratio;
}
