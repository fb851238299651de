import { refuse } from '@maestro/protocol';
import type { Refused } from '@maestro/protocol';

export interface InviteState {
  readonly usedAt: Date | null;
  readonly revokedAt: Date | null;
  readonly expiresAt: Date;
}

export type InviteStanding = 'open' | 'used' | 'revoked' | 'expired';

/** What has become of an invite. Used beats the others: that is what whoever holds a copy must learn. */
export function standingOf({ usedAt, revokedAt, expiresAt }: InviteState, now: Date): InviteStanding {
  if (usedAt !== null) return 'used';
  if (revokedAt !== null) return 'revoked';
  return now >= expiresAt ? 'expired' : 'open';
}

/** Why an invite cannot be redeemed; `undefined` when it can. */
export function refuseRedeem(standing: InviteStanding): Refused | undefined {
  switch (standing) {
    case 'open':
      return undefined;
    case 'used':
      return refuse('conflict', 'invite_used', 'This invite has been used already. If that was not you, tell whoever sent it; ask them for a new one.');
    case 'revoked':
      return refuse('gone', 'invite_revoked', 'This invite was withdrawn. Ask whoever sent it for a new one.');
    case 'expired':
      return refuse('gone', 'invite_expired', 'This invite has expired. Ask whoever sent it for a new one.');
  }
}
