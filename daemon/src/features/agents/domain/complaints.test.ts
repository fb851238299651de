import { describe, expect, it } from 'vitest';
import { complaintEnd } from './complaints.js';

const moment = { now: Date.UTC(2026, 10, 20, 12), zone: 'UTC' };

describe('an agent’s error message', () => {
  it.each([
    ['Not logged in · Please run /login', 'auth'],
    ['unexpected status 401 Unauthorized: invalid x-api-key', 'auth'],
    ['OAuth token has expired. Please obtain a new token.', 'auth'],
    ['No conversation found with session ID: 1', 'protocol'],
    ['Error: thread/resume failed: no rollout found for thread id 1', 'protocol'],
    ['The usage limit has been reached', 'quota'],
    ['segmentation fault', 'crash'],
  ])('%s is of class %s', (text, failure) => {
    expect(complaintEnd('Agent', text, moment)).toMatchObject({ kind: 'failed', class: failure, sentence: expect.stringContaining(text) as string });
  });

  it('is cut and put on one line', () => {
    const end = complaintEnd('Agent', `a\n\n  b ${'x'.repeat(10_000)}`, moment);
    expect(end.kind === 'failed' && end.sentence.startsWith('Agent failed: a b xxx') && end.sentence.length < 600).toBe(true);
  });

  it('says so when there is none', () => {
    expect(complaintEnd('Agent', ' \n', moment)).toMatchObject({ sentence: 'Agent ended without saying why.' });
  });
});
