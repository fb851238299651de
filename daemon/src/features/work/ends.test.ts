import { describe, expect, it } from 'vitest';
import { endOfTurn } from './ends.js';

describe('a turn that ends at the agent’s limit', () => {
  const end = { kind: 'quota', until: '2026-11-21T15:00:00.000Z', sentence: 'You have hit your limit.' } as const;

  it('waits for the moment that the agent named, or without one', () => {
    expect(endOfTurn(end, { quotaWait: 'resume' })).toEqual({ kind: 'wait', reason: 'quota', until: end.until });
    expect(endOfTurn({ ...end, until: undefined }, { quotaWait: 'resume' })).toEqual({ kind: 'wait', reason: 'quota' });
  });

  it('fails where waiting is switched off', () => {
    expect(endOfTurn(end, { quotaWait: 'fail' })).toEqual({ kind: 'outcome', outcome: { kind: 'failed', class: 'quota', sentence: end.sentence } });
  });
});
