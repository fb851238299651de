import { runTable, transition } from '@maestro/protocol';
import type { FactsOf, RunEffect, RunEvent, RunStatus, runEvents } from '@maestro/protocol';

/** A decided step of a run: the status to write, and what the service has to do with it. */
export interface RunStep {
  readonly from: RunStatus;
  readonly to: RunStatus;
  readonly changed: boolean;
  readonly effects: readonly RunEffect[];
}

export type RunStepOutcome =
  | { readonly ok: true; readonly step: RunStep }
  /** What a person asked for and the table forbids. */
  | { readonly ok: false; readonly code: string; readonly sentence: string };

/**
 * Asks the run table for one step. The only place in `runs` that names a next status.
 *
 * @throws Error `run.impossible` when the table says that this cannot happen. Callers look at epoch and holder first, so that no report
 *   of a daemon gets that far; when it does, it is a defect here.
 */
export function stepRun<E extends RunEvent>(from: RunStatus, event: E, facts: FactsOf<(typeof runEvents)[E]>): RunStepOutcome {
  const outcome = transition(runTable, { state: from }, event, facts);
  switch (outcome.kind) {
    case 'moved':
      return { ok: true, step: { from, to: outcome.to, changed: outcome.changed, effects: outcome.effects } };
    case 'refused':
      return { ok: false, code: outcome.code, sentence: outcome.sentence };
    case 'never':
      throw new Error(`run.impossible: ${from} + ${event}: ${outcome.because}`);
  }
}

/** For events that the table never refuses. */
export function mustStep<E extends RunEvent>(from: RunStatus, event: E, facts: FactsOf<(typeof runEvents)[E]>): RunStep {
  const outcome = stepRun(from, event, facts);
  if (!outcome.ok) throw new Error(`run.impossible: ${from} + ${event} was refused: ${outcome.code}`);
  return outcome.step;
}
