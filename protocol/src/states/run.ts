import { casesFor } from './builder.js';
import type { Table } from './table.js';

/**
 * The run: one attempt, with one purpose, by one session.
 *
 * A run is *live* while it may still change anything: dispatched (offered), claimed (leased), running, waiting (lease and slot
 * given back) or lost (its lease ran out; it may come back). An ended run never moves again; what is reported of it afterwards is
 * kept as evidence at `refs/maestro/late/<run>`.
 */
export const RunStatus = {
  dispatched: 'dispatched',
  claimed: 'claimed',
  running: 'running',
  waiting: 'waiting',
  lost: 'lost',
  succeeded: 'succeeded',
  failed: 'failed',
  timedOut: 'timed_out',
  stalled: 'stalled',
  yielded: 'yielded',
  cancelled: 'cancelled',
  withdrawn: 'withdrawn',
  superseded: 'superseded',
} as const;
export type RunStatus = (typeof RunStatus)[keyof typeof RunStatus];

export const LIVE_RUN_STATES = ['dispatched', 'claimed', 'running', 'waiting', 'lost'] as const;
export const ENDED_RUN_STATES = ['succeeded', 'failed', 'timed_out', 'stalled', 'yielded', 'cancelled', 'withdrawn', 'superseded'] as const;

/** Why a run waits. Reasons are a set: a run goes on when the last one is gone. */
/** `restart`: the stage is to begin anew, with another text or on another machine. Such a run does not wait: it ends as soon as its work is saved. */
export const WaitReason = { quota: 'quota', human: 'human', plan: 'plan', budget: 'budget', restart: 'restart' } as const;
export type WaitReason = (typeof WaitReason)[keyof typeof WaitReason];

const flag = [true, false] as const;

export const runEvents = {
  /** `paused`: somebody said that nothing new begins in its workspace or project, or on the session. */
  claim: { paused: flag },
  unclaimed: {},
  declined: {},
  session_gone: {},
  plan_paused: {},
  dispatch_paused: {},
  start: {},
  could_not_start: { newerOutcome: flag, newerLive: flag },
  ask_push: { allowed: flag },
  finish: { newerOutcome: flag },
  fail: { newerOutcome: flag, newerLive: flag },
  time_out: { newerOutcome: flag, newerLive: flag },
  stall: { newerOutcome: flag, newerLive: flag },
  yield: { newerOutcome: flag },
  wait: {},
  reason_gone: { last: flag },
  lease_expired: {},
  returned: { as: ['claimed', 'running'], newerLive: flag, wanted: flag },
  grace_over: {},
  cancel: { pushing: flag },
} as const;
export type RunEvent = keyof typeof runEvents;

export const runEffects = {
  lease: 'a lease from the database clock, and epoch + 1',
  release: 'lease and slot are given back',
  do_not_offer: 'this session is not offered the run again for 30 s, doubling to 10 min',
  mark_pushing: 'task and run are marked `pushing` in this transaction; cancel, edit, pause and budget no longer apply',
  add_reason: 'the reason joins the set',
  remove_reason: 'the reason leaves the set',
  stop_processes: 'the daemon kills the run with all it started, and snapshots the lane',
  cancel_newer: 'a newer live run of the same stage is cancelled and snapshotted: the finished work counts',
  keep_late: 'its commits are kept at `refs/maestro/late/<run>`',
  stage_may_be_due: 'its stage may be due again',
} as const;
export type RunEffect = keyof typeof runEffects;

const { row, refuse, never } = casesFor<RunStatus, typeof runEvents, RunEffect>();

const LEASED = ['claimed', 'running'] as const;
const UNLEASED = ['dispatched', 'waiting'] as const;
const neverClaimed = 'only the session that claimed it can report on it, under its epoch';
const fenced = 'its epoch is stale: the daemon must say hello first, which brings it back or supersedes it';
const evidence = { effects: ['keep_late'] } as const;

const offering = [
  row('dispatched', 'claim', 'claimed', { when: { paused: false }, effects: ['lease'] }),
  // A pause takes offers back; this is for the one that was made in the same moment.
  refuse('dispatched', 'claim', 'paused', 'Nothing new begins here now: it is paused.', { paused: true }),
  refuse([...LEASED, 'waiting', 'lost', ...ENDED_RUN_STATES], 'claim', 'already_taken', 'This run is no longer on offer.'),
  row('dispatched', 'unclaimed', 'withdrawn', { effects: ['do_not_offer'] }),
  row('dispatched', 'declined', 'withdrawn', { effects: ['do_not_offer'] }),
  row('dispatched', 'session_gone', 'withdrawn'),
  row('dispatched', 'plan_paused', 'withdrawn'),
  row(['waiting'], 'plan_paused', 'same', { effects: ['add_reason'] }),
  row([...LEASED, 'lost', ...ENDED_RUN_STATES], 'plan_paused', 'same', { note: 'live runs finish and count; with `stop` the daemon checkpoints and asks to wait' }),
  row('dispatched', 'dispatch_paused', 'withdrawn'),
  never([...LEASED, 'waiting', 'lost', ...ENDED_RUN_STATES], 'dispatch_paused', 'a pause takes offers back, and nothing else'),
  never([...LEASED, 'waiting', 'lost', ...ENDED_RUN_STATES], 'unclaimed', 'only offers go unclaimed'),
  row([...LEASED, 'waiting', 'lost', ...ENDED_RUN_STATES], 'declined', 'same', { note: 'an answer that crossed with the claim' }),
  row([...LEASED, 'waiting', 'lost', ...ENDED_RUN_STATES], 'session_gone', 'same', { note: 'leases, not sockets, decide' }),
];

const working = [
  row('claimed', 'start', 'running'),
  row('running', 'start', 'same', { note: 'said again after a lost answer' }),
  never([...UNLEASED], 'start', neverClaimed),
  never('lost', 'start', fenced),
  row(ENDED_RUN_STATES, 'start', 'same'),
  row('running', 'ask_push', 'same', { when: { allowed: true }, effects: ['mark_pushing'] }),
  row('running', 'ask_push', 'same', { when: { allowed: false }, note: 'answered with what changed' }),
  never(['dispatched', 'claimed', 'waiting'], 'ask_push', neverClaimed),
  never('lost', 'ask_push', fenced),
  row(ENDED_RUN_STATES, 'ask_push', 'same', { note: 'not granted' }),
  row(LEASED, 'wait', 'waiting', { effects: ['add_reason', 'release'] }),
  row('waiting', 'wait', 'same', { effects: ['add_reason'] }),
  never('dispatched', 'wait', neverClaimed),
  never('lost', 'wait', fenced),
  row(ENDED_RUN_STATES, 'wait', 'same'),
  row('waiting', 'reason_gone', 'dispatched', { when: { last: true }, effects: ['remove_reason'] }),
  row('waiting', 'reason_gone', 'same', { when: { last: false }, effects: ['remove_reason'] }),
  row(['dispatched', ...LEASED, 'lost', ...ENDED_RUN_STATES], 'reason_gone', 'same'),
];

const ends = ([['fail', 'failed'], ['time_out', 'timed_out'], ['stall', 'stalled'], ['could_not_start', 'failed']] as const).flatMap(([event, ended]) => [
  row([...LEASED, 'waiting'], event, ended, { effects: ['release'] }),
  never('dispatched', event, neverClaimed),
  row('lost', event, 'superseded', { when: { newerOutcome: true }, effects: ['keep_late'] }),
  row('lost', event, 'superseded', { when: { newerOutcome: false, newerLive: true }, effects: ['keep_late'] }),
  row('lost', event, ended, { when: { newerOutcome: false, newerLive: false } }),
  row(ENDED_RUN_STATES, event, 'same', evidence),
]);

const finishing = ([['finish', 'succeeded'], ['yield', 'yielded']] as const).flatMap(([event, ended]) => [
  row([...LEASED, 'waiting'], event, ended, { effects: ['release'] }),
  never('dispatched', event, neverClaimed),
  row('lost', event, ended, { when: { newerOutcome: false }, effects: ['cancel_newer'], note: 'finished work is never refused; under a new epoch' }),
  row('lost', event, 'superseded', { when: { newerOutcome: true }, effects: ['keep_late'] }),
  row(ENDED_RUN_STATES, event, 'same', evidence),
]);

const losing = [
  row(LEASED, 'lease_expired', 'lost', { effects: ['release'] }),
  row(['dispatched', 'waiting', 'lost', ...ENDED_RUN_STATES], 'lease_expired', 'same', { note: 'holds no lease' }),
  row('lost', 'returned', 'claimed', { when: { as: 'claimed', newerLive: false, wanted: true }, effects: ['lease'] }),
  row('lost', 'returned', 'running', { when: { as: 'running', newerLive: false, wanted: true }, effects: ['lease'] }),
  row('lost', 'returned', 'superseded', { when: { newerLive: true }, effects: ['stop_processes', 'keep_late'] }),
  row('lost', 'returned', 'superseded', { when: { newerLive: false, wanted: false }, effects: ['stop_processes', 'keep_late'] }),
  row('claimed', 'returned', 'same', { when: { as: 'claimed' }, effects: ['lease'], note: 'the link broke, the lease did not' }),
  row('claimed', 'returned', 'running', { when: { as: 'running' }, effects: ['lease'] }),
  row('running', 'returned', 'same', { effects: ['lease'] }),
  row(['dispatched', 'waiting'], 'returned', 'same', { effects: ['stop_processes'], note: 'it holds no lease; it may claim again' }),
  row(ENDED_RUN_STATES, 'returned', 'same', { effects: ['stop_processes'] }),
  row('lost', 'grace_over', 'same', { effects: ['stage_may_be_due'] }),
  row(['dispatched', ...LEASED, 'waiting', ...ENDED_RUN_STATES], 'grace_over', 'same'),
];

const cancelling = [
  row(['dispatched', ...LEASED, 'waiting', 'lost'], 'cancel', 'cancelled', { when: { pushing: false }, effects: ['release', 'stop_processes'] }),
  refuse(['running', 'lost'], 'cancel', 'too_late', 'Too late, it is landing.', { pushing: true }),
  never(['dispatched', 'claimed', 'waiting'], 'cancel', 'the right to push is given to running runs only', { pushing: true }),
  row(ENDED_RUN_STATES, 'cancel', 'same', { note: 'it has ended: no effect' }),
];

export const runTable: Table<RunStatus, typeof runEvents, RunEffect> = {
  name: 'run',
  states: [...LIVE_RUN_STATES, ...ENDED_RUN_STATES],
  events: runEvents,
  effects: runEffects,
  causes: {
    claim: 'person', unclaimed: 'system', declined: 'system', session_gone: 'system', plan_paused: 'system', dispatch_paused: 'system', start: 'system',
    could_not_start: 'system', ask_push: 'system', finish: 'system', fail: 'system', time_out: 'system', stall: 'system', yield: 'system',
    wait: 'system', reason_gone: 'system', lease_expired: 'system', returned: 'system', grace_over: 'system', cancel: 'person',
  },
  cases: [...offering, ...working, ...ends, ...finishing, ...losing, ...cancelling],
};
