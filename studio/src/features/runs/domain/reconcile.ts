import { ENDED_RUN_STATES } from '@maestro/protocol';
import type { Counted, RunOutcome, RunStatus } from '@maestro/protocol';
import type { Grant, HeldAs } from './report.js';
import { endEventOf, isFailure } from './outcome.js';
import { mustStep } from './run-step.js';
import type { RunStep } from './run-step.js';

/** What the service looked up before it reconciles an outcome. */
export interface FinishFacts {
  readonly run: HeldAs & { readonly hasOutcome: boolean };
  /** The grant under which the outcome was reported. */
  readonly grant: Grant;
  readonly outcome: RunOutcome;
  /** A run made later for the same work has succeeded. Its failure would not be an outcome that finished work must yield to. */
  readonly newerOutcome: boolean;
  /** A run made later for the same work is live and not lost. */
  readonly newerLive: boolean;
}

/** How an outcome is taken. Finished work is never refused: it counts, or it is kept. */
export type Reconciled =
  /** The run ends by this outcome, under `epoch`. */
  | { readonly kind: 'end'; readonly step: RunStep; readonly counted: 'counted' | 'superseded'; readonly late: boolean; readonly epoch: number; readonly stopHolder: boolean }
  /** This very outcome is recorded already; its answer was lost on the way. */
  | { readonly kind: 'known'; readonly counted: Counted }
  /** The run stays as it is; the outcome is kept beside it. */
  | { readonly kind: 'keep'; readonly counted: 'superseded' | 'evidence' };

/**
 * Decides what an outcome does to its run (DOMAIN, invariant 2). Three things are told apart: the reporter holds the run; the run is lost
 * or waits, and nobody else has it; somebody else has it by now.
 */
export function reconcile({ run, grant, outcome, newerOutcome, newerLive }: FinishFacts): Reconciled {
  if ((ENDED_RUN_STATES as readonly RunStatus[]).includes(run.status)) {
    if (run.hasOutcome && run.session === grant.session) return { kind: 'known', counted: run.status === 'superseded' ? 'superseded' : 'counted' };
    return { kind: 'keep', counted: 'evidence' };
  }
  if (heldByAnother(run, grant)) return fromOutside(run, outcome);
  // Waiting, and on offer again because its last reason is gone, is the same to the machine that let it wait: its agent had ended.
  const at = run.status === 'dispatched' ? 'waiting' : run.status;
  const step = mustStep(at, endEventOf(outcome, at), { newerOutcome, newerLive });
  const late = run.status === 'lost';
  return { kind: 'end', step: { ...step, from: run.status }, counted: step.to === 'superseded' ? 'superseded' : 'counted', late, epoch: late ? run.epoch + 1 : run.epoch, stopHolder: false };
}

/** True when the present epoch was given to another session, or the work is being offered anew after another session had it. */
function heldByAnother(run: HeldAs, grant: Grant): boolean {
  if (run.epoch === grant.epoch) return false;
  // The same machine under a newer epoch: it has one journal per run, so its older epoch speaks of the same work. Not so once the run
  // was given up and is on offer again: somebody else may have had it in between.
  const ofOneMachine = run.session === grant.session && run.status !== 'dispatched' && run.status !== 'waiting';
  return !ofOneMachine;
}

/**
 * An outcome from a machine that gave the run up or lost it, while another has it. Success counts, as it does against a newer run;
 * failure says nothing about the other's work.
 */
function fromOutside(run: HeldAs, outcome: RunOutcome): Reconciled {
  if (isFailure(outcome)) return { kind: 'keep', counted: 'superseded' };
  const step = mustStep('lost', endEventOf(outcome, 'lost'), { newerOutcome: false, newerLive: true });
  return { kind: 'end', step: { ...step, from: run.status }, counted: 'counted', late: true, epoch: run.epoch + 1, stopHolder: run.session !== null };
}
