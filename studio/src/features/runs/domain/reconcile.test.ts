import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { ENDED_RUN_STATES, LIVE_RUN_STATES } from '@maestro/protocol';
import type { RunOutcome, RunStatus } from '@maestro/protocol';
import { reconcile } from './reconcile.js';
import type { FinishFacts } from './reconcile.js';

const produced: RunOutcome = { kind: 'produced', head: 'a'.repeat(40), tree: 'b'.repeat(40), base: 'c'.repeat(40), baseTree: 'd'.repeat(40), tip: 'e'.repeat(40), commits: 1, filesChanged: 1, finalMessage: '' };
const failed: RunOutcome = { kind: 'failed', class: 'crash', sentence: 'It crashed.' };
const yielded: RunOutcome = { kind: 'yielded' };

interface Over {
  readonly status?: RunStatus;
  readonly epoch?: number;
  readonly session?: string | null;
  readonly hasOutcome?: boolean;
  readonly granted?: number;
  readonly by?: string;
  readonly outcome?: RunOutcome;
  readonly newerOutcome?: boolean;
  readonly newerLive?: boolean;
}
const facts = ({ status = 'running', epoch = 3, session = 'ada', hasOutcome = false, granted = 3, by = 'ada', outcome = produced, newerOutcome = false, newerLive = false }: Over): FinishFacts => ({
  run: { status, epoch, session, hasOutcome }, grant: { session: by, epoch: granted }, outcome, newerOutcome, newerLive,
});
const endOf = (over: Over) => {
  const result = reconcile(facts(over));
  return result.kind === 'end' ? { to: result.step.to, counted: result.counted, epoch: result.epoch, late: result.late, effects: result.step.effects, stopHolder: result.stopHolder } : result;
};

describe('the holder', () => {
  it.each<readonly [RunStatus, RunOutcome, RunStatus]>([
    ['running', produced, 'succeeded'],
    ['running', failed, 'failed'],
    ['running', { kind: 'timed_out', sentence: '' }, 'timed_out'],
    ['running', { kind: 'stalled', sentence: '' }, 'stalled'],
    ['running', yielded, 'yielded'],
    ['claimed', produced, 'succeeded'],
    ['claimed', failed, 'failed'],
    ['waiting', produced, 'succeeded'],
    ['waiting', failed, 'failed'],
  ])('%s ends by its outcome', (status, outcome, to) => {
    expect(endOf({ status, outcome })).toMatchObject({ to, counted: 'counted', epoch: 3, late: false, stopHolder: false });
  });

  it('ends a run that is on offer again after its wait: the agent had already ended', () => {
    expect(endOf({ status: 'dispatched' })).toMatchObject({ to: 'succeeded', counted: 'counted' });
    expect(endOf({ status: 'dispatched', session: 'bob' })).toMatchObject({ to: 'succeeded', counted: 'counted' });
  });

  it('counts under an older epoch of the same machine: the hello crossed with the outcome', () => {
    expect(endOf({ epoch: 4, granted: 3 })).toMatchObject({ to: 'succeeded', counted: 'counted', epoch: 4 });
    expect(endOf({ epoch: 4, granted: 3, status: 'lost' })).toMatchObject({ to: 'succeeded', counted: 'counted', epoch: 5, late: true });
  });
});

describe('a lost run', () => {
  it.each<readonly [string, Over, RunStatus, string]>([
    ['success, nothing newer', {}, 'succeeded', 'counted'],
    ['success, a newer run at work', { newerLive: true }, 'succeeded', 'counted'],
    ['success, a newer outcome', { newerOutcome: true }, 'superseded', 'superseded'],
    ['failure, nothing newer', { outcome: failed }, 'failed', 'counted'],
    ['failure, a newer run at work', { outcome: failed, newerLive: true }, 'superseded', 'superseded'],
    ['failure, a newer outcome', { outcome: failed, newerOutcome: true }, 'superseded', 'superseded'],
    ['yield, nothing newer', { outcome: yielded }, 'yielded', 'counted'],
  ])('%s', (_what, over, to, counted) => {
    expect(endOf({ status: 'lost', ...over })).toMatchObject({ to, counted, late: true, epoch: 4 });
  });

  it('cancels the newer live run when its finished work counts', () => {
    expect(endOf({ status: 'lost', newerLive: true })).toMatchObject({ effects: ['cancel_newer'] });
  });
});

describe('another machine has it by now', () => {
  const taken = { epoch: 5, granted: 3, session: 'bob' } as const;
  it.each(['claimed', 'running', 'waiting', 'dispatched', 'lost'] as const)('finished work counts while it is %s there', (status) => {
    expect(endOf({ ...taken, status })).toMatchObject({ to: 'succeeded', counted: 'counted', epoch: 6, stopHolder: true });
  });

  it.each(['claimed', 'running', 'waiting', 'dispatched', 'lost'] as const)('a failure changes nothing while it is %s there', (status) => {
    expect(reconcile(facts({ ...taken, status, outcome: failed }))).toEqual({ kind: 'keep', counted: 'superseded' });
  });

  it('a failure under an older epoch does not end an offer that followed somebody else\'s try', () => {
    expect(reconcile(facts({ epoch: 4, granted: 3, status: 'dispatched', outcome: failed }))).toEqual({ kind: 'keep', counted: 'superseded' });
  });
});

describe('an ended run', () => {
  it.each(ENDED_RUN_STATES)('that is %s stays so, and the outcome is evidence', (status) => {
    expect(reconcile(facts({ status }))).toEqual({ kind: 'keep', counted: 'evidence' });
  });

  it('answers the same again when its answer was lost', () => {
    expect(reconcile(facts({ status: 'succeeded', hasOutcome: true }))).toEqual({ kind: 'known', counted: 'counted' });
    expect(reconcile(facts({ status: 'superseded', hasOutcome: true }))).toEqual({ kind: 'known', counted: 'superseded' });
    expect(reconcile(facts({ status: 'succeeded', hasOutcome: true, by: 'bob' }))).toEqual({ kind: 'keep', counted: 'evidence' });
  });
});

const anyFacts = fc.record({
  status: fc.constantFrom<RunStatus>(...LIVE_RUN_STATES, ...ENDED_RUN_STATES), granted: fc.integer({ min: 1, max: 4 }), ahead: fc.nat(2), session: fc.constantFrom('ada', 'bob', null),
  by: fc.constantFrom('ada', 'bob'), outcome: fc.constantFrom(produced, failed, yielded), newerOutcome: fc.boolean(), newerLive: fc.boolean(), hasOutcome: fc.boolean(),
});

test.prop([anyFacts])('no outcome is refused, none moves an ended run, and none writes under a stale epoch', ({ ahead, ...over }) => {
  const epoch = over.granted + ahead;
  const result = reconcile(facts({ ...over, epoch }));
  const ended = (ENDED_RUN_STATES as readonly string[]).includes(over.status);
  expect(ended).toBe(result.kind === 'known' || (result.kind === 'keep' && result.counted === 'evidence'));
  if (result.kind !== 'end') return;
  expect(result.epoch).toBeGreaterThanOrEqual(epoch);
  expect(ENDED_RUN_STATES).toContain(result.step.to);
  if (over.outcome.kind !== 'failed' && !over.newerOutcome) expect(result.counted).toBe('counted');
});
