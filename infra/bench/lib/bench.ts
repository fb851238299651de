import type { Row } from './compare.js';

/** What one bench found. */
export interface Found {
  readonly rows: readonly Row[];
  readonly growth?: readonly Growth[];
  /** Sentences and tables that a reader needs beside the numbers. */
  readonly remarks?: readonly string[];
  /** False when something was missed that no row says. */
  readonly good?: boolean;
}

/** How a cost changes with size: one line of a plot. */
export interface Growth {
  readonly title: string;
  /** Such as "queued tasks". */
  readonly of: string;
  readonly unit: string;
  readonly points: readonly { readonly size: number; readonly cost: number }[];
}

export interface Bench {
  readonly title: string;
  readonly run: (how: BenchContext) => Promise<Found>;
}

export interface BenchContext {
  /** Tells whoever waits how far it is. */
  readonly say: (progress: string) => void;
  /** Small sizes and few pairs: shows that the bench works, and measures nothing that could be believed. */
  readonly quick: boolean;
}

/** Something that a bench needs is not on this machine. The message says what, and how to get it. */
export class CannotRun extends Error {}
