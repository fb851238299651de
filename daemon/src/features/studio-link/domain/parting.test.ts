import { describe, expect, it } from 'vitest';
import { nextTry } from './parting.js';

describe('nextTry', () => {
  it('renews the token once after the studio refused it, and then says that a person must sign in', () => {
    for (const parting of [{ kind: 'closed', code: 4401, reason: '' }, { kind: 'closed', code: 401, reason: '' }, { kind: 'hello_refused', code: 'unauthenticated', sentence: 'x' }] as const) {
      expect(nextTry(parting, false)).toEqual({ atLeastMs: 0, renewToken: true, growing: false, trouble: undefined });
      expect(nextTry(parting, true)).toMatchObject({ renewToken: true, trouble: { kind: 'signed_out' } });
    }
  });

  it('comes back soon after a restart, and later and later when told to try later', () => {
    expect(nextTry({ kind: 'closed', code: 1012, reason: '' }, false)).toMatchObject({ atLeastMs: 0, growing: false });
    expect(nextTry({ kind: 'closed', code: 1013, reason: '' }, false)).toMatchObject({ atLeastMs: 1_000, growing: true });
    expect(nextTry({ kind: 'drained', reconnectMs: 700 }, false)).toMatchObject({ atLeastMs: 700, growing: false });
    expect(nextTry({ kind: 'broken', sentence: '' }, false)).toMatchObject({ atLeastMs: 0, growing: true, trouble: undefined });
  });

  it('tells what only a person can change, and goes on trying', () => {
    expect(nextTry({ kind: 'hello_refused', code: 'version_unsupported', sentence: 'Upgrade maestro.' }, false).trouble).toEqual({ kind: 'refused', sentence: 'Upgrade maestro.' });
    expect(nextTry({ kind: 'closed', code: 403, reason: '' }, false).trouble?.kind).toBe('refused');
    expect(nextTry({ kind: 'signed_out', sentence: 'Sign in.' }, false).trouble).toEqual({ kind: 'signed_out', sentence: 'Sign in.' });
    expect(nextTry({ kind: 'hello_refused', code: 'unavailable', sentence: 'x', retryAfterMs: 2_000 }, false)).toEqual({ atLeastMs: 2_000, renewToken: false, growing: true, trouble: undefined });
  });
});
