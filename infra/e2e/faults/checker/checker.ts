import type { History } from '../history/history.js';
import { INVARIANTS } from './invariants.js';
import type { Violation } from './violation.js';

/** Every breach of every invariant, in the order of the list. */
export function check(history: History): readonly Violation[] {
  return INVARIANTS.flatMap(({ id, breaches }) => breaches(history).map((sentence) => ({ invariant: id, sentence })));
}
