import { describe, expect, it } from 'vitest';
import { fateOf, landingOf, tipOf } from './landing.js';
import type { LandingFacts, MergeOutcome } from './landing.js';

const oid = (letter: string) => letter.repeat(40);
const facts: LandingFacts = { cancelRequested: false, deltaReview: 'on_overlap', knownTip: oid('0'), commandsChanged: false };
const overlapped: MergeOutcome = { kind: 'overlapped', tip: oid('a'), paths: ['a.ts'] };
const all: readonly MergeOutcome[] = [
  { kind: 'merged', commit: oid('c'), tip: oid('a'), found: false }, { kind: 'merged', commit: oid('c'), tip: oid('a'), found: true },
  { kind: 'epic_lacks', tip: oid('a') }, overlapped, { kind: 'tip_moved', tip: oid('a') }, { kind: 'conflict', tip: oid('a'), paths: [], detail: '' },
  { kind: 'result_failed', tip: oid('a'), tipPasses: true, command: 'test', output: 'no' }, { kind: 'not_granted', reason: 'plan_paused' },
];

describe('what a merge outcome means for its task', () => {
  it('is said in the words of the task table', () => {
    expect(all.map((outcome) => landingOf(outcome, facts)?.event)).toEqual(['merged', 'epic_holds', 'epic_lacks', 'overlapped', 'tip_moved', 'conflict', 'result_failed', undefined]);
  });

  it('leaves a cancel waiting when nothing was read', () => {
    expect(landingOf({ kind: 'not_granted', reason: 'review_again' }, { ...facts, cancelRequested: true })).toBeUndefined();
  });

  it('takes nothing from commands that a person has changed while they ran, but ends a cancel that waited', () => {
    const failed: MergeOutcome = { kind: 'result_failed', tip: oid('a'), tipPasses: false, command: 'test', output: 'no' };
    expect(landingOf(failed, { ...facts, commandsChanged: true })).toBeUndefined();
    expect(landingOf(failed, { ...facts, commandsChanged: true, cancelRequested: true })).toMatchObject({ event: 'result_failed' });
  });

  it('asks for a review of the paths that overlap, or for a whole one where the policy says so', () => {
    expect(landingOf(overlapped, facts)).toMatchObject({ paths: ['a.ts'] });
    expect(landingOf(overlapped, { ...facts, deltaReview: 'never' })).toMatchObject({ paths: null });
    expect(landingOf({ kind: 'not_granted', reason: 'review_again' }, facts)).toEqual({ event: 'overlapped', tip: oid('0'), paths: null });
  });
});

describe('what it means for the pushes that were granted', () => {
  it('settles them, unless the epic was not read', () => {
    expect(all.map((outcome) => fateOf(outcome).kind)).toEqual(['landed', 'landed', 'gone', 'gone', 'gone', 'gone', 'gone', 'keep']);
    expect(all.map(tipOf).filter((tip) => tip === undefined)).toHaveLength(1);
  });
});
