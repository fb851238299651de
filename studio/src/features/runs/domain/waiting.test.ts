import { describe, expect, it } from 'vitest';
import { settleReasons } from './waiting.js';
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
