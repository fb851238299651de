import { ENDED_RUN_STATES } from '@maestro/protocol';
import type { HeldRun, RunStatus } from '@maestro/protocol';
import { mustStep } from './run-step.js';
import type { RunStep } from './run-step.js';
import type { Grant, HeldAs } from './report.js';

/** What a machine that says hello is told about one run it still holds, before the task is asked whether it is wanted. */
export type ReturnPlan =
  | { readonly kind: 'report' }
  | { readonly kind: 'stop'; readonly why: string }
  /** Its lease stands: it goes on under a new epoch. */
  | { readonly kind: 'renew'; readonly as: 'claimed' | 'running' }
  /** It was lost: wanted or not is the task's to say. */
  | { readonly kind: 'bring_back'; readonly as: 'claimed' | 'running' };

/**
 * First half of settling a held run. `grant` is the record of the epoch that the machine names; without one it was never given to it.
 */
export function planReturn(run: HeldAs | undefined, grant: Grant | undefined, state: HeldRun['state'], session: string): ReturnPlan {
  if (run === undefined || grant === undefined) return { kind: 'stop', why: 'The studio does not know this run.' };
  if (state === 'ended') return { kind: 'report' };
  if ((ENDED_RUN_STATES as readonly RunStatus[]).includes(run.status)) return { kind: 'stop', why: `The run has ended: ${run.status}.` };
  if (run.status === 'dispatched' || run.status === 'waiting') return { kind: 'stop', why: 'The run waits; it is offered again when it may go on.' };
  if (run.session !== session) return { kind: 'stop', why: 'Another machine has taken the run over.' };
  return { kind: run.status === 'lost' ? 'bring_back' : 'renew', as: state };
}

/** Second half: the table's row. `wanted` is what the task or plan said, `newerLive` whether another run took the work up meanwhile. */
export function stepReturn(status: RunStatus, facts: { readonly as: 'claimed' | 'running'; readonly newerLive: boolean; readonly wanted: boolean }): RunStep {
  return mustStep(status, 'returned', facts);
}
