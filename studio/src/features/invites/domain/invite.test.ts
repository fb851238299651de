import { describe, expect, it } from 'vitest';
import { refuseRedeem, standingOf } from './invite.js';

describe('an invite', () => {
  const now = new Date('2026-01-02T00:00:00Z');
  const past = new Date('2026-01-01T00:00:00Z');
  const future = new Date('2026-01-03T00:00:00Z');

  it.each([
    [{ usedAt: null, revokedAt: null, expiresAt: future }, 'open', undefined],
    [{ usedAt: past, revokedAt: null, expiresAt: future }, 'used', 'invite_used'],
    [{ usedAt: past, revokedAt: past, expiresAt: past }, 'used', 'invite_used'],
    [{ usedAt: null, revokedAt: past, expiresAt: future }, 'revoked', 'invite_revoked'],
    [{ usedAt: null, revokedAt: null, expiresAt: now }, 'expired', 'invite_expired'],
  ] as const)('%j is %s', (state, standing, code) => {
    expect(standingOf(state, now)).toBe(standing);
    expect(refuseRedeem(standing)?.refusal.code).toBe(code);
  });
});
