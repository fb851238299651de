import { RUN_INVARIANTS } from './runs.js';
import type { Invariant } from './violation.js';
import { WORK_INVARIANTS } from './work.js';

/** Everything that must hold in every history, whatever was done to the world. */
export const INVARIANTS: readonly Invariant[] = [...RUN_INVARIANTS, ...WORK_INVARIANTS];
