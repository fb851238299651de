import { Injectable } from '@nestjs/common';
import { ok, refuse } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import { Config } from '../../config/index.js';
import type { Caller } from '../../platform/access/index.js';
import { Clock } from '../../platform/clock/index.js';
import { TokenKind, TokenSigner } from '../../platform/crypto/index.js';
import { Database } from '../../platform/database/index.js';
import { RefreshFamiliesRepository } from './refresh-families.repository.js';

/**
 * The short-lived tokens that machines show. A token names its family and nothing else: what it reaches is read from the database at every
 * use, so that a revocation or a removed member counts at once and not after fifteen minutes.
 */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly signer: TokenSigner,
    private readonly database: Database,
    private readonly families: RefreshFamiliesRepository,
  ) {}

  async mint(userId: string, familyId: string): Promise<{ readonly token: string; readonly expiresAt: Date }> {
    // Whole seconds, as the token will say.
    const expiresAt = new Date(Math.floor(this.clock.now().getTime() / 1000 + this.config.accessTokenMinutes * 60) * 1000);
    const { token } = await this.signer.sign(TokenKind.access, { subject: userId, expiresAt, claims: { grant: familyId } });
    return { token, expiresAt };
  }

  /** Who shows this token. Refuses with `token_expired` (refresh it) or `token_invalid` (sign in again). */
  async verify(bearer: string): Promise<Result<Caller>> {
    const verified = await this.signer.verify(TokenKind.access, bearer);
    if (verified === 'expired') return refuse('unauthenticated', 'token_expired', 'The access token has expired. Refresh it.');
    if (verified === 'invalid' || typeof verified.claims['grant'] !== 'string') return invalid();
    const grant = verified.claims['grant'];
    const family = await this.database.read((reader) => this.families.findLive(reader, grant));
    if (family === undefined || family.userId !== verified.subject) return invalid();
    const { userId, workspaceId, projectIds } = family;
    return ok({ userId, via: 'bearer', grantId: family.id, expiresAt: verified.expiresAt, reach: { workspaceId, projectIds } });
  }
}

function invalid(): Result<never> {
  return refuse('unauthenticated', 'token_invalid', 'This access token is no good here, or was revoked. Run `maestro auth` with a new invite.');
}
