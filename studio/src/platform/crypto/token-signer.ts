import { createHash, randomUUID } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import type { Clock } from '../clock/index.js';
import type { PublicUrl } from '../http/public-url.js';
import type { SecretKey } from './secret-key.js';

/**
 * The kinds of token. Each has a `typ` and an audience of its own, so that none is ever taken for another (RFC 8725, section 3.11), and a
 * longest life: a token that claims more was not made by us.
 */
export const TokenKind = {
  access: { typ: 'maestro-access+jwt', audience: 'maestro:access', maxAgeSeconds: 3_600 },
  invite: { typ: 'maestro-invite+jwt', audience: 'maestro:invite', maxAgeSeconds: 31 * 86_400 },
} as const;
export type TokenKind = (typeof TokenKind)[keyof typeof TokenKind];

export interface TokenClaims {
  readonly subject: string;
  readonly expiresAt: Date;
  readonly claims: Readonly<Record<string, unknown>>;
}

export interface VerifiedToken extends TokenClaims {
  readonly jti: string;
}

export type TokenFault = 'expired' | 'invalid';

/** How far two machines' clocks may be apart. */
const LEEWAY_SECONDS = 30;

/** Tokens whose signature is remembered. A machine shows its own at every connection and request, for a quarter of an hour. */
const REMEMBERED = 5_000;

/** Signs and checks JWTs with the installation's Ed25519 key. One algorithm; what a token's header asks for is not looked at. */
export class TokenSigner {
  /** By digest: whoever reads this process's memory is not to find tokens there. */
  private readonly remembered = new Map<string, VerifiedToken>();
  private readonly keys: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };

  constructor(
    secret: SecretKey,
    private readonly issuer: PublicUrl,
    private readonly clock: Clock,
  ) {
    this.keys = secret.signingKeys('tokens/ed25519/1');
  }

  async sign(kind: TokenKind, { subject, expiresAt, claims }: TokenClaims): Promise<{ readonly token: string; readonly jti: string }> {
    const jti = randomUUID();
    const token = await new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'EdDSA', typ: kind.typ })
      .setIssuer(this.issuer.value)
      .setAudience(kind.audience)
      .setSubject(subject)
      .setJti(jti)
      .setIssuedAt(this.clock.now())
      .setExpirationTime(expiresAt)
      .sign(this.keys.privateKey);
    return { token, jti };
  }

  /**
   * `invalid` covers everything but age, on purpose: why a forged token fails is nobody's business. A signature that was good stays good,
   * so it is computed once; age is looked at every time.
   */
  async verify(kind: TokenKind, token: string): Promise<VerifiedToken | TokenFault> {
    const digest = createHash('sha256').update(`${kind.typ} ${token}`).digest('base64');
    const known = this.remembered.get(digest);
    if (known !== undefined) return known.expiresAt.getTime() + LEEWAY_SECONDS * 1_000 > this.clock.now().getTime() ? known : 'expired';
    const checked = await this.check(kind, token);
    if (typeof checked !== 'string') this.remember(digest, checked);
    return checked;
  }

  private remember(digest: string, token: VerifiedToken): void {
    this.remembered.set(digest, token);
    const [oldest] = this.remembered.keys();
    if (this.remembered.size > REMEMBERED && oldest !== undefined) this.remembered.delete(oldest);
  }

  private async check(kind: TokenKind, token: string): Promise<VerifiedToken | TokenFault> {
    try {
      const { payload } = await jwtVerify(token, this.keys.publicKey, {
        algorithms: ['EdDSA'],
        typ: kind.typ,
        audience: kind.audience,
        issuer: this.issuer.value,
        clockTolerance: LEEWAY_SECONDS,
        currentDate: this.clock.now(),
        requiredClaims: ['sub', 'jti', 'iat', 'exp'],
      });
      return verified(payload, kind) ?? 'invalid';
    } catch (error) {
      return error instanceof Error && 'code' in error && error.code === 'ERR_JWT_EXPIRED' ? 'expired' : 'invalid';
    }
  }
}

function verified({ sub, jti, iat, exp, ...rest }: JWTPayload, kind: TokenKind): VerifiedToken | undefined {
  if (sub === undefined || jti === undefined || iat === undefined || exp === undefined || exp - iat > kind.maxAgeSeconds) return undefined;
  return { subject: sub, jti, expiresAt: new Date(exp * 1000), claims: rest };
}
