import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { EventKind, ok, refuse } from '@maestro/protocol';
import type { Actor, Refused, Result, TokenPair } from '@maestro/protocol';
import { Config } from '../../config/index.js';
import { SecretKey } from '../../platform/crypto/index.js';
import { Database, databaseNow } from '../../platform/database/index.js';
import type { Tx } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { Events } from '../events/index.js';
import { AccessTokens } from './access-tokens.js';
import { decideRefresh } from './domain/refresh.js';
import { formatRefreshToken, parseRefreshToken } from './domain/refresh-token.js';
import type { RefreshTokenName } from './domain/refresh-token.js';
import { RefreshFamiliesRepository } from './refresh-families.repository.js';
import type { FamilyRecord, NewFamily, RevocationReason } from './refresh-families.repository.js';

type Refreshed = { readonly familyId: string; readonly userId: string; readonly generation: number; readonly expiresAt: Date };

/**
 * What a machine holds after it redeemed an invite: a family of refresh tokens.
 *
 * Token n is an HMAC over (family, n) under the installation's secret key. The alternative, random tokens stored hashed, cannot give two
 * processes that refresh at once the same successor, since a hash cannot be turned back into the token.
 */
@Injectable()
export class Grants {
  private readonly key: Buffer;

  constructor(
    secret: SecretKey,
    private readonly config: Config,
    private readonly database: Database,
    private readonly families: RefreshFamiliesRepository,
    private readonly accessTokens: AccessTokens,
    private readonly events: Events,
  ) {
    this.key = secret.derive('refresh-tokens/1');
  }

  /** Begins a family; its first pair is made by `tokensOf` after the transaction. */
  async open(tx: Tx, grant: Omit<NewFamily, 'id' | 'days'>): Promise<Refreshed> {
    const id = newId();
    const expiresAt = await this.families.insert(tx, { ...grant, id, days: this.config.refreshTokenDays });
    return { familyId: id, userId: grant.userId, generation: 0, expiresAt };
  }

  async tokensOf({ familyId, userId, generation, expiresAt }: Refreshed): Promise<TokenPair> {
    const access = await this.accessTokens.mint(userId, familyId);
    return {
      accessToken: access.token,
      accessTokenExpiresAt: access.expiresAt.toISOString(),
      refreshToken: this.token({ familyId, generation }),
      refreshTokenExpiresAt: expiresAt.toISOString(),
    };
  }

  /** The next pair. A token that was replaced long ago ends the whole family, wherever its newest one may be. */
  async refresh(token: string): Promise<Result<TokenPair>> {
    const name = parseRefreshToken(token);
    if (name === undefined || !this.isAuthentic(token, name)) return refused();
    // The revocation must commit, so the refusal is made outside: a refusal from inside would roll it back.
    const refreshed = await this.database.inTransaction((tx) => this.decide(tx, name));
    return refreshed === 'refused' ? refused() : ok(await this.tokensOf(refreshed));
  }

  async revoke(tx: Tx, familyId: string, reason: RevocationReason, actor: Actor): Promise<void> {
    const family = await this.families.lock(tx, familyId);
    if (family === undefined || !(await this.families.revoke(tx, familyId, reason))) return;
    await this.events.append(tx, {
      kind: EventKind.accountRevoked,
      workspaceId: family.workspaceId,
      actor,
      payload: { userId: family.userId, grantId: familyId, reason },
    });
  }

  /** The machine that shows this grant signs out. */
  signOut(familyId: string, userId: string): Promise<void> {
    return this.database.inTransaction(async (tx) => {
      const family = await this.families.lock(tx, familyId);
      await this.revoke(tx, familyId, 'signed_out', { type: 'user', id: userId, name: family?.userName ?? '' });
    });
  }

  /** Every machine of a user in a workspace, as when the member is removed. */
  async revokeAll(tx: Tx, userId: string, workspaceId: string, reason: RevocationReason, actor: Actor): Promise<void> {
    for (const id of await this.families.idsOf(tx, userId, workspaceId)) await this.revoke(tx, id, reason, actor);
  }

  private async decide(tx: Tx, { familyId, generation }: RefreshTokenName): Promise<Refreshed | 'refused'> {
    const family = await this.families.lock(tx, familyId);
    if (family === undefined) return 'refused';
    switch (decideRefresh(family, generation, await databaseNow(tx), this.config.refreshGraceSeconds * 1000)) {
      case 'rotate':
        return this.rotate(tx, family, generation + 1);
      case 'same_successor':
        return { familyId, userId: family.userId, generation: family.generation, expiresAt: family.expiresAt };
      case 'reuse':
        await this.revoke(tx, familyId, 'reuse', { type: 'system', name: 'accounts' });
        return 'refused';
      case 'revoked':
      case 'expired':
        return 'refused';
    }
  }

  private async rotate(tx: Tx, { id, userId }: FamilyRecord, generation: number): Promise<Refreshed> {
    const expiresAt = await this.families.rotate(tx, id, generation, this.config.refreshTokenDays);
    return { familyId: id, userId, generation, expiresAt };
  }

  private token(name: RefreshTokenName): string {
    const mac = createHmac('sha256', this.key).update(`${name.familyId}.${name.generation}`).digest('base64url');
    return formatRefreshToken(name, mac);
  }

  /** Compares the text and not the decoded MAC: base64url and decimal numbers can be spelled in more than one way, a token in one. */
  private isAuthentic(token: string, name: RefreshTokenName): boolean {
    const sent = Buffer.from(token);
    const expected = Buffer.from(this.token(name));
    return sent.length === expected.length && timingSafeEqual(sent, expected);
  }
}

/** One answer for every reason: a forger learns nothing, and the remedy is the same. */
function refused(): Refused {
  return refuse('unauthenticated', 'refresh_token_invalid', 'This machine is signed out: its refresh token has expired, was revoked or was used twice. Run `maestro auth` with a new invite.');
}
