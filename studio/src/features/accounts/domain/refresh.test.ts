import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { decideRefresh } from './refresh.js';
import { formatRefreshToken, parseRefreshToken } from './refresh-token.js';

const GRACE = 10_000;
const now = new Date('2026-01-02T00:00:00Z');
const later = new Date('2026-02-01T00:00:00Z');
const ago = (milliseconds: number) => new Date(now.getTime() - milliseconds);
const family = { generation: 5, rotatedAt: ago(3_000), expiresAt: later, revokedAt: null };

describe('decideRefresh', () => {
  it.each([
    ['the current token', family, 5, 'rotate'],
    ['its predecessor, within the grace', family, 4, 'same_successor'],
    ['its predecessor, at the very end of the grace', { ...family, rotatedAt: ago(GRACE) }, 4, 'same_successor'],
    ['its predecessor, after the grace', { ...family, rotatedAt: ago(GRACE + 1) }, 4, 'reuse'],
    ['the one before that, within the grace', family, 3, 'reuse'],
    ['the first of all', family, 0, 'reuse'],
    ['a token from after the backup that the database was restored from', family, 9, 'rotate'],
    ['any token of a revoked family', { ...family, revokedAt: ago(1) }, 5, 'revoked'],
    ['any token of a family that was not refreshed in time', { ...family, expiresAt: now }, 5, 'expired'],
  ] as const)('%s', (_, given, presented, decision) => {
    expect(decideRefresh(given, presented, now, GRACE)).toBe(decision);
  });

  test.prop([fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60_000 })])(
    'never gives anything for a token that is two generations old or more',
    (generation, presented, sinceRotation) => {
      fc.pre(presented <= generation - 2);
      expect(decideRefresh({ ...family, generation, rotatedAt: ago(sinceRotation) }, presented, now, GRACE)).toBe('reuse');
    },
  );
});

describe('a refresh token', () => {
  const mac = 'A'.repeat(43);

  test.prop([fc.uuid(), fc.integer({ min: 0, max: 999_999_999 })])('survives being written and read', (familyId, generation) => {
    expect(parseRefreshToken(formatRefreshToken({ familyId, generation }, mac))).toEqual({ familyId, generation });
  });

  test.prop([fc.string()])('is nothing else', (text) => {
    expect(parseRefreshToken(text)).toBeUndefined();
  });
});
