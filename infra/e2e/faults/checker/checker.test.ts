import { describe, expect, it } from 'vitest';
import type { CallRecord, History, LedgerRecord, SeenProcess } from '../history/history.js';
import { check } from './checker.js';
import { INVARIANTS } from './invariants.js';

const value = (answer: Readonly<Record<string, unknown>>): CallRecord['answer'] => ({ kind: 'value', value: answer });
const NOTHING: CallRecord['answer'] = { kind: 'none' };

function call(step: number, method: string, params: Readonly<Record<string, unknown>>, answer: CallRecord['answer'] = value({}), machine = 'a'): CallRecord {
  return { step, machine, method, params, answer, ...(answer.kind === 'none' ? {} : { answeredAt: step + 0.5 }) };
}

const claim = (step: number, run: string, epoch: number, machine = 'a'): CallRecord => call(step, 'run/claim', { opId: `claim-${run}-${epoch}`, run }, value({ packet: { run, epoch } }), machine);
const status = (run: string, from: string, to: string, epoch: number): LedgerRecord => ({ kind: 'run/status', run, task: 't', plan: 'p', payload: { from, to, epoch } });
const created = (run: string, purpose: string): LedgerRecord => ({ kind: 'run/created', run, task: 't', plan: 'p', payload: { purpose } });
const task = (from: string, to: string): LedgerRecord => ({ kind: 'task/status', run: null, task: 't', plan: 'p', payload: { from, to } });
const verdict = (head: string): LedgerRecord => ({ kind: 'review/verdict', run: 'r', task: 't', plan: 'p', payload: { verdict: 'approved', head } });

/** A task that is reviewed, approved and landed: one run each, and nothing went wrong. */
const SOUND: History = {
  calls: [
    claim(1, 'r', 1),
    call(2, 'run/start', { opId: 'start', run: 'r', epoch: 1 }),
    call(3, 'run/events', { run: 'r', epoch: 1 }, value({ ackSeq: 2 })),
    call(4, 'run/finish', { opId: 'end', run: 'r', epoch: 1, outcome: { kind: 'judged', head: 'h' } }, value({ counted: 'counted' })),
    claim(5, 'm', 1, 'b'),
    call(6, 'run/push', { opId: 'push', run: 'm', epoch: 1 }, value({ granted: true }), 'b'),
    call(8, 'run/finish', { opId: 'landed', run: 'm', epoch: 1, outcome: { kind: 'merged' } }, value({ counted: 'counted' }), 'b'),
  ],
  pushes: [{ step: 7, machine: 'b', run: 'm', task: 'T-1', onto: 'base', commit: 'c1', head: 'h', taken: true }],
  lines: [{ step: 2.1, machine: 'a', run: 'r', seq: 1, text: 'one' }, { step: 2.2, machine: 'a', run: 'r', seq: 2, text: 'two' }],
  samples: [
    { step: 3.1, processes: [{ pid: 7, startedAt: 100, run: 'r', lane: 'l' }, { pid: 8, startedAt: 100, run: 'r', lane: 'l' }], live: ['r', 'm'] },
    // The id is given out again, and the lane has passed on.
    { step: 8.1, processes: [{ pid: 7, startedAt: 200, run: 'm', lane: 'l' }], live: ['m'] },
  ],
  lanes: [{ step: 8.1, lane: 'l', act: 'changed', tree: 'x' }, { step: 8.2, lane: 'l', act: 'saved', tree: 'x' }, { step: 8.3, lane: 'l', act: 'removed', tree: 'x' }],
  ledger: [
    created('r', 'review'), status('r', 'dispatched', 'claimed', 1), status('r', 'claimed', 'running', 1), verdict('h'), status('r', 'running', 'succeeded', 1), task('in_review', 'landing'),
    created('m', 'merge'), status('m', 'dispatched', 'claimed', 1), status('m', 'claimed', 'running', 1), status('m', 'running', 'succeeded', 1), task('landing', 'done'),
  ],
  final: {
    runs: [{ id: 'r', task: 't', status: 'succeeded', epoch: 1 }, { id: 'm', task: 't', status: 'succeeded', epoch: 1 }],
    tasks: [{ id: 't', key: 'T-1', status: 'done', revisions: 0 }],
    journals: [{ run: 'r', lines: [{ seq: 1, text: 'one' }, { seq: 2, text: 'two' }] }],
  },
};

const withCalls = (...more: readonly CallRecord[]): History => ({ ...SOUND, calls: [...SOUND.calls, ...more] });
const withLedger = (...more: readonly LedgerRecord[]): History => ({ ...SOUND, ledger: [...SOUND.ledger, ...more] });
const withPush = (over: Partial<History['pushes'][number]>): History => ({ ...SOUND, pushes: [...SOUND.pushes, { ...SOUND.pushes[0]!, step: 9, onto: 'c1', commit: 'c2', head: 'h2', ...over }] });
const ending = (over: Partial<History['final']>): History => ({ ...SOUND, final: { ...SOUND.final, ...over } });

const seen = (run: string, over: Partial<SeenProcess> = {}): SeenProcess => ({ pid: 7, startedAt: 100, run, lane: 'l', ...over });
/** Both runs are live. */
const sampled = (...samples: readonly (readonly SeenProcess[])[]): History => ({ ...SOUND, samples: samples.map((processes, index) => ({ step: 20 + index, processes, live: ['r', 'm'] })) });

/** For each invariant, histories that break it. What else they break is their own affair. */
const BROKEN: Readonly<Record<string, Readonly<Record<string, History>>>> = {
  'run-ends-once': { 'a run ends twice': withLedger(status('r', 'succeeded', 'failed', 1)) },
  'one-result-per-epoch': { 'two outcomes count': withCalls(call(9, 'run/finish', { opId: 'other', run: 'r', epoch: 1 }, value({ counted: 'counted' }))) },
  'acknowledged-is-durable': {
    'a claim is lost': withCalls(claim(9, 'gone', 1)),
    'a start is lost': withCalls(call(9, 'run/start', { opId: 's', run: 'gone', epoch: 1 })),
    'an outcome is lost': ending({ runs: [{ id: 'r', task: 't', status: 'running', epoch: 1 }] }),
    'lines are lost': ending({ journals: [{ run: 'r', lines: [{ seq: 1, text: 'one' }] }] }),
  },
  'journal-is-exact': {
    'a line is missing in the middle': ending({ journals: [{ run: 'r', lines: [{ seq: 1, text: 'one' }, { seq: 3, text: 'three' }] }] }),
    'a line stands there twice': ending({ journals: [{ run: 'r', lines: [{ seq: 1, text: 'one' }, { seq: 1, text: 'one' }, { seq: 2, text: 'two' }] }] }),
    'a line is another': ending({ journals: [{ run: 'r', lines: [{ seq: 1, text: 'one' }, { seq: 2, text: 'tvo' }] }] }),
  },
  'one-lease': {
    'two machines have one epoch': withCalls(claim(9, 'r', 1, 'b')),
    'epochs go backwards': withLedger(status('r', 'lost', 'claimed', 1)),
    'a welcome gives away what another has': withCalls(call(9, 'session/hello', {}, value({ runs: [{ run: 'r', decision: 'continue', epoch: 1 }] }), 'b')),
  },
  'stale-changes-nothing': {
    'a zombie checkpoints': withCalls(claim(9, 'r', 2, 'b'), call(10, 'run/checkpoint', { opId: 'late', run: 'r', epoch: 1, head: 'x' })),
    'a zombie is granted a push': withCalls(claim(9, 'm', 2, 'a'), call(10, 'run/push', { opId: 'late', run: 'm', epoch: 1 }, value({ granted: true }), 'b')),
  },
  'work-is-never-refused': { 'an outcome is refused': withCalls(call(9, 'run/finish', { opId: 'late', run: 'r', epoch: 1 }, { kind: 'refused', code: 'stale_epoch' })) },
  'one-operation-one-effect': { 'a repetition is another claim': withCalls(call(9, 'run/claim', { opId: 'claim-r-1', run: 'r' }, value({ packet: { run: 'r', epoch: 2 } }))) },
  'one-run-per-stage': { 'two reviews are under way': withLedger(created('x', 'review'), created('y', 'review')) },
  'only-approved-lands': { 'a head lands that nobody approved': withPush({}) },
  'lands-once': { 'an approved head lands twice': withPush({ head: 'h' }), 'a commit is pushed twice': withPush({ commit: 'c1' }) },
  'landings-are-serial': { 'a landing drops the one before': withPush({ onto: 'base' }) },
  'epic-holds-each-once': {
    'a task that is not done is there': ending({ tasks: [{ id: 't', key: 'T-1', status: 'cancelled', revisions: 0 }] }),
    'a task that is done is not there': { ...SOUND, pushes: [] },
    'it is there twice': withPush({ head: 'h' }),
  },
  'ledger-replays': { 'a state has no event': ending({ runs: [{ id: 'r', task: 't', status: 'cancelled', epoch: 1 }] }), 'a change has no predecessor': withLedger(task('in_review', 'done')) },
  'done-from-evidence': { 'a task is done by word': { ...SOUND, pushes: [{ ...SOUND.pushes[0]!, taken: false }] } },
  'unsaved-work-is-kept': { 'a lane is removed with what was in it': { ...SOUND, lanes: [SOUND.lanes[0]!, SOUND.lanes[2]!] }, 'another tree was saved': { ...SOUND, lanes: [{ ...SOUND.lanes[1]!, tree: 'older' }, SOUND.lanes[2]!] } },
  'no-process-without-run': { 'a process outlives its run': { ...SOUND, samples: [{ step: 9, processes: [seen('r')], live: [] }] } },
  'process-has-one-run': { 'an agent works for two': sampled([seen('r')], [seen('m')]) },
  'lane-has-one-run': { 'two live runs are in one lane': sampled([seen('r'), seen('m', { pid: 8 })]) },
};

describe('the checker', () => {
  it('finds nothing in a history in which nothing is wrong', () => {
    expect(check(SOUND)).toEqual([]);
  });

  it('has a history that breaks it for each invariant', () => {
    expect(Object.keys(BROKEN).sort()).toEqual(INVARIANTS.map(({ id }) => id).sort());
  });

  for (const [id, histories] of Object.entries(BROKEN)) {
    it.each(Object.entries(histories))(`catches against ${id} that %s`, (_what, history) => {
      expect(check(history).map(({ invariant }) => invariant)).toContain(id);
    });
  }

  it('takes an answer that never came for what it is: unknown', () => {
    expect(check(withCalls(claim(9, 'r', 2, 'b'), call(10, 'run/checkpoint', { opId: 'late', run: 'r', epoch: 1 }, NOTHING))).filter(({ invariant }) => invariant === 'stale-changes-nothing')).toEqual([]);
  });

  it('lets an operation from before be repeated after its epoch: it is answered as it was then', () => {
    const again = call(10, 'run/start', { opId: 'start', run: 'r', epoch: 1 });
    expect(check({ ...withCalls(claim(9, 'r', 2, 'b'), again), ledger: [...SOUND.ledger.slice(0, 3), status('r', 'lost', 'claimed', 2), ...SOUND.ledger.slice(3)] }).filter(({ invariant }) => invariant === 'stale-changes-nothing')).toEqual([]);
  });

  it('takes a studio that is not there for no refusal', () => {
    expect(check(withCalls(call(9, 'run/finish', { opId: 'end', run: 'r', epoch: 1 }, { kind: 'refused', code: 'unavailable' })))).toEqual([]);
  });
});
