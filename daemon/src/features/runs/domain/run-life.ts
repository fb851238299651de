import type { RunOutcome, WaitReason } from '@maestro/protocol';

/**
 * A run as its daemon sees it, from the claim until nothing is owed to the studio any more. The studio's own view is the run table of
 * `protocol`; what happens here becomes an event there only through what is reported.
 */
export type RunLife =
  | { readonly kind: 'claimed' }
  /** `pushing`: the studio granted a push. From then on only its end counts: no order stops it. */
  | { readonly kind: 'running'; readonly pushing: boolean }
  /** The agent is being killed; when `halted`, it is dead and its work is being saved. */
  | { readonly kind: 'stopping'; readonly why: StopReason; readonly then: Afterwards; readonly halted: boolean }
  /** The outcome is in the journal, and not acknowledged. */
  | { readonly kind: 'ended' }
  /** The wish to wait is in the journal, and not acknowledged. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'gone' };

export type StopReason = 'hold' | 'cancelled' | 'superseded' | 'timed_out' | 'stalled' | 'offline' | 'leaving';

/** What follows a stop. */
export type Afterwards =
  /** The studio ordered it: there is nothing to report. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'wait'; readonly reason: WaitReason }
  | { readonly kind: 'finish'; readonly outcome: RunOutcome };

export interface Waiting {
  readonly reason: WaitReason;
  /** ISO 8601, UTC. */
  readonly until?: string;
  readonly question?: string;
  readonly head?: string;
}

export type LifeEvent =
  | { readonly kind: 'started' }
  | { readonly kind: 'push_granted' }
  | { readonly kind: 'work_ended'; readonly end: { readonly kind: 'outcome'; readonly outcome: RunOutcome } | ({ readonly kind: 'wait' } & Waiting) }
  /** `run/cancel`, an invalid lease, or a hello answered with `stop`. */
  | { readonly kind: 'stop_ordered'; readonly why: 'cancelled' | 'superseded' }
  | { readonly kind: 'hold_ordered'; readonly reason: WaitReason }
  | { readonly kind: 'overdue'; readonly why: 'timed_out' | 'stalled'; readonly minutes: number }
  | { readonly kind: 'offline_too_long'; readonly minutes: number }
  /** This daemon is being stopped. */
  | { readonly kind: 'leaving' }
  /** Stopped work has ended: none of its processes lives. */
  | { readonly kind: 'halted' }
  /** What it had written is safe. */
  | { readonly kind: 'saved'; readonly head: string | undefined }
  /** The studio took what was reported last. */
  | { readonly kind: 'acknowledged' };

export type LifeEffect =
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'free_slot' }
  | { readonly kind: 'save'; readonly why: StopReason }
  | { readonly kind: 'owe_finish'; readonly outcome: RunOutcome }
  | { readonly kind: 'owe_wait'; readonly waiting: Waiting }
  | { readonly kind: 'settle'; readonly how: 'acknowledged' | 'waiting' | 'stopped' };

export interface LifeStep {
  readonly life: RunLife;
  readonly effects: readonly LifeEffect[];
}

const GONE: RunLife = { kind: 'gone' };

/** The next state, and what is to be done. An event that has no meaning in a state changes nothing: orders and ends cross all the time. */
export function nextLife(life: RunLife, event: LifeEvent): LifeStep {
  const same: LifeStep = { life, effects: [] };
  switch (life.kind) {
    case 'claimed':
    case 'running':
      return atWork(life, event) ?? same;
    case 'stopping':
      return stopping(life, event) ?? same;
    case 'ended':
      // Not stopped by orders: finished work is never thrown away, the studio decides what it counts for.
      return event.kind === 'acknowledged' ? { life: GONE, effects: [{ kind: 'settle', how: 'acknowledged' }] } : same;
    case 'waiting':
      if (event.kind === 'acknowledged') return { life: GONE, effects: [{ kind: 'settle', how: 'waiting' }] };
      return event.kind === 'stop_ordered' ? { life: GONE, effects: [{ kind: 'settle', how: 'stopped' }] } : same;
    case 'gone':
      return same;
  }
}

/** Whether the run takes one of the session's places. */
export function occupiesSlot(life: RunLife): boolean {
  return life.kind === 'claimed' || life.kind === 'running' || (life.kind === 'stopping' && !life.halted);
}

/** What a hello says of the run; absent for one that the studio itself has ended. */
export function heldState(life: RunLife): 'claimed' | 'running' | 'ended' | undefined {
  switch (life.kind) {
    case 'claimed':
      return 'claimed';
    case 'running':
    case 'waiting':
      return 'running';
    case 'stopping':
      return life.then.kind === 'nothing' ? undefined : 'running';
    case 'ended':
      return 'ended';
    case 'gone':
      return undefined;
  }
}

function atWork(life: Extract<RunLife, { kind: 'claimed' | 'running' }>, event: LifeEvent): LifeStep | undefined {
  switch (event.kind) {
    case 'started':
      return life.kind === 'claimed' ? { life: { kind: 'running', pushing: false }, effects: [] } : undefined;
    case 'push_granted':
      return { life: { kind: 'running', pushing: true }, effects: [] };
    case 'work_ended':
      return ended(event.end);
    case 'stop_ordered':
    case 'hold_ordered':
    case 'overdue':
    case 'offline_too_long':
    case 'leaving':
      return life.kind === 'running' && life.pushing ? undefined : stop(event);
    case 'halted':
    case 'saved':
    case 'acknowledged':
      return undefined;
  }
}

function stop(event: Extract<LifeEvent, { kind: 'stop_ordered' | 'hold_ordered' | 'overdue' | 'offline_too_long' | 'leaving' }>): LifeStep {
  const begin = (why: StopReason, then: Afterwards): LifeStep => ({ life: { kind: 'stopping', why, then, halted: false }, effects: [{ kind: 'interrupt' }] });
  switch (event.kind) {
    case 'stop_ordered':
      return begin(event.why, { kind: 'nothing' });
    case 'hold_ordered':
      return begin('hold', { kind: 'wait', reason: event.reason });
    case 'overdue':
      return begin(event.why, { kind: 'finish', outcome: overdueOutcome(event) });
    case 'offline_too_long':
      return begin('offline', {
        kind: 'finish',
        outcome: { kind: 'failed', class: 'cancelled', sentence: `The studio could not be reached for ${event.minutes} min, so the agent was stopped. Its work is kept in the lane.` },
      });
    case 'leaving':
      // Costs no attempt, and the lane is kept: nothing went wrong with the work.
      return begin('leaving', { kind: 'finish', outcome: { kind: 'yielded' } });
  }
}

function overdueOutcome(event: Extract<LifeEvent, { kind: 'overdue' }>): RunOutcome {
  if (event.why === 'timed_out') return { kind: 'timed_out', sentence: `The run took longer than the ${event.minutes} min that the project allows. Its work is kept in the lane.` };
  return { kind: 'stalled', sentence: `Nothing was heard from the agent for ${event.minutes} min, so it was stopped. Its work is kept in the lane.` };
}

function stopping(life: Extract<RunLife, { kind: 'stopping' }>, event: LifeEvent): LifeStep | undefined {
  switch (event.kind) {
    case 'halted':
      return life.halted ? undefined : { life: { ...life, halted: true }, effects: [{ kind: 'free_slot' }, { kind: 'save', why: life.why }] };
    case 'saved':
      return life.halted ? afterwards(life.then, event.head) : undefined;
    case 'work_ended':
      if (life.halted) return undefined;
      // It ended in the moment it was stopped. What it did counts, unless the studio has given the run up.
      return life.then.kind === 'nothing' ? { life: GONE, effects: [{ kind: 'free_slot' }, { kind: 'settle', how: 'stopped' }] } : ended(event.end);
    case 'stop_ordered':
      return { life: { ...life, why: life.halted ? life.why : event.why, then: { kind: 'nothing' } }, effects: [] };
    case 'started':
    case 'push_granted':
    case 'hold_ordered':
    case 'overdue':
    case 'offline_too_long':
    case 'leaving':
    case 'acknowledged':
      return undefined;
  }
}

function ended(end: Extract<LifeEvent, { kind: 'work_ended' }>['end']): LifeStep {
  if (end.kind === 'outcome') return { life: { kind: 'ended' }, effects: [{ kind: 'free_slot' }, { kind: 'owe_finish', outcome: end.outcome }] };
  const { kind: _kind, ...waiting } = end;
  return { life: { kind: 'waiting' }, effects: [{ kind: 'free_slot' }, { kind: 'owe_wait', waiting }] };
}

function afterwards(then: Afterwards, head: string | undefined): LifeStep {
  switch (then.kind) {
    case 'nothing':
      return { life: GONE, effects: [{ kind: 'settle', how: 'stopped' }] };
    case 'wait':
      return { life: { kind: 'waiting' }, effects: [{ kind: 'owe_wait', waiting: { reason: then.reason, ...(head === undefined ? {} : { head }) } }] };
    case 'finish': {
      const outcome = then.outcome.kind === 'yielded' && head !== undefined ? { ...then.outcome, head } : then.outcome;
      return { life: { kind: 'ended' }, effects: [{ kind: 'owe_finish', outcome }] };
    }
  }
}
