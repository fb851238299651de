/** A family of refresh tokens: one redeemed invite. Generation n + 1 replaces generation n at every use. */
export interface RefreshFamily {
  readonly generation: number;
  readonly rotatedAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
}

/**
 * - `rotate`: the current token; give the next one.
 * - `same_successor`: the one before it, a moment ago; give the current one once more. Several processes of a machine share one token
 *   and refresh at the same moment; without this, all but the first would be taken for thieves.
 * - `reuse`: an older token, or the one before it too late. Either the presenter or whoever holds the current one is not who they should
 *   be, and which of them is not known: the family ends (RFC 9700, section 4.14.2).
 */
export type RefreshDecision = 'rotate' | 'same_successor' | 'reuse' | 'revoked' | 'expired';

/** Decides on a token whose authenticity is already proven. */
export function decideRefresh(family: RefreshFamily, presented: number, now: Date, graceMs: number): RefreshDecision {
  if (family.revokedAt !== null) return 'revoked';
  if (now >= family.expiresAt) return 'expired';
  // Newer than what the database knows: it was restored from a backup. The token proves that it was issued, so it is the current one.
  if (presented >= family.generation) return 'rotate';
  // Only the direct predecessor: a window for all older ones would bring long-replaced tokens back to life at every rotation.
  const sinceRotation = now.getTime() - family.rotatedAt.getTime();
  return presented === family.generation - 1 && sinceRotation <= graceMs ? 'same_successor' : 'reuse';
}
