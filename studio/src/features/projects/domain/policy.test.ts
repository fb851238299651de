import { Policy } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { changePolicy } from './policy.js';

describe('changing a policy', () => {
  const before = Policy.parse({ revisionCap: 5, budget: { task: { runs: 9 } } });

  it('touches only the knobs that are named', () => {
    const { policy, changed } = changePolicy(before, { maxAttempts: 7 });
    expect(policy).toEqual({ ...before, maxAttempts: 7 });
    expect(changed).toEqual(['maxAttempts']);
  });

  it('says nothing of a knob that was set to what it is', () => {
    expect(changePolicy(before, { revisionCap: 5 }).changed).toEqual([]);
    expect(changePolicy(before, { budget: { plan: {}, task: { runs: 9 } } }).changed).toEqual([]);
  });

  it('replaces a knob whole, and of one with parts those that are named', () => {
    expect(changePolicy(before, { budget: { task: {}, plan: { usd: 5 } } }).policy.budget).toEqual({ task: {}, plan: { usd: 5 } });
    expect(changePolicy(before, { budget: { plan: { usd: 5 } } }).policy.budget).toEqual({ task: { runs: 9 }, plan: { usd: 5 } });
    expect(changePolicy(before, { budget: { task: { usd: 5 } } }).policy.budget, 'an absent cap is no cap').toEqual({ task: { usd: 5 }, plan: {} });
    expect(changePolicy(before, { concurrency: { session: 2 } }).policy.concurrency).toEqual({ project: 50, session: 2 });
  });

  it('keeps both of two changes that were made at once, each from what stood there before', () => {
    const one = changePolicy(before, { budget: { task: { runs: 20 } }, concurrency: { project: 9 } }).policy;
    expect(changePolicy(one, { budget: { plan: { usd: 5 } }, concurrency: { session: 2 } }).policy).toMatchObject({ budget: { task: { runs: 20 }, plan: { usd: 5 } }, concurrency: { project: 9, session: 2 } });
  });
});
