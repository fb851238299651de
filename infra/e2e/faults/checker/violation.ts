import type { History } from '../history/history.js';

/** Something that must never be, and was. */
export interface Violation {
  readonly invariant: string;
  /** What is wrong, with the ids that lead to the records. */
  readonly sentence: string;
}

export interface Invariant {
  /** Stable; tests and reports name it. */
  readonly id: string;
  /** What always holds, as a sentence. */
  readonly says: string;
  /** Sentences about each breach; none when it holds. */
  readonly breaches: (history: History) => readonly string[];
}
