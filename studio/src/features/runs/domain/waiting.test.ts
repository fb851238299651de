import { describe, expect, it } from 'vitest';
import { renewalOf, settleReasons } from './waiting.js';
import type { WaitFacts } from './waiting.js';

const facts = (over: Partial<WaitFacts>): WaitFacts => ({ reasons: [], untilPassed: false, questionOpen: true, budgetStops: true, planStatus: 'active', mindsPause: true, ...over });

describe('the reasons of a waiting run', () => {
  it.each<readonly [string, Partial<WaitFacts>, readonly string[], readonly string[]]>([
    ['a limit that is not renewed yet', { reasons: ['quota'] }, [], []],
    ['a limit that is', { reasons: ['quota'], untilPassed: true }, ['quota'], []],
    ['an open question', { reasons: ['human'] }, [], []],
    ['an answered one', { reasons: ['human'], questionOpen: false }, ['human'], []],
    ['a budget that stops', { reasons: ['budget'] }, [], []],
    ['one that was raised', { reasons: ['budget'], budgetStops: false }, ['budget'], []],
    ['a pause', { reasons: ['plan'], planStatus: 'paused' }, [], []],
    ['a pause that is over', { reasons: ['plan'] }, ['plan'], []],
    ['a pause that began later', { reasons: ['quota'], planStatus: 'paused' }, [], ['plan']],
    ['a pause that the plan chat does not mind', { reasons: ['human'], questionOpen: false, planStatus: 'paused', mindsPause: false }, ['human'], []],
    ['several', { reasons: ['quota', 'plan'], untilPassed: true, planStatus: 'paused' }, ['quota'], []],
  ])('%s', (_what, over, gone, add) => {
    expect(settleReasons(facts(over))).toEqual({ gone, add });
  });
});

describe('a limit that is used up', () => {
  it.each<readonly [string, string | undefined, string]>([
    ['to the moment that its agent named', '2026-03-02T15:00:00Z', '2026-03-02T15:00:00Z'],
    ['five minutes when it named none', undefined, '2026-03-02T12:05:00.000Z'],
    ['a minute when that moment has just come', '2026-03-02T12:00:00Z', '2026-03-02T12:01:00.000Z'],
    ['a minute when it is long over', '2026-03-01T12:00:00Z', '2026-03-02T12:01:00.000Z'],
  ])('is waited for %s', (_what, told, until) => {
    expect(renewalOf(told, new Date('2026-03-02T12:00:00Z'))).toBe(until);
  });
});
