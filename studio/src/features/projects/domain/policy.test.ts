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

  it('replaces a knob whole', () => {
    expect(changePolicy(before, { budget: { task: {}, plan: { usd: 5 } } }).policy.budget).toEqual({ task: {}, plan: { usd: 5 } });
  });
});
