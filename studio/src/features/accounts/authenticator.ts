import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { ok, refuse } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import { Config } from '../../config/index.js';
import { Authenticator } from '../../platform/access/index.js';
import type { Caller } from '../../platform/access/index.js';
import { tokenHash } from '../../platform/crypto/index.js';
import { Database } from '../../platform/database/index.js';
import { SessionCookie } from '../../platform/http/index.js';
import { AccessTokens } from './access-tokens.js';
import { SignInRepository } from './sign-in.repository.js';

/** A bearer token if one is sent, else the session cookie. Never a token from a URL: those end up in logs and histories. */
@Injectable()
export class AccountsAuthenticator extends Authenticator {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly cookie: SessionCookie,
    private readonly signIns: SignInRepository,
    private readonly accessTokens: AccessTokens,
  ) {
    super();
  }

  async authenticate(request: IncomingMessage): Promise<Result<Caller>> {
    const { authorization } = request.headers;
    if (authorization === undefined) return this.byCookie(this.cookie.read(request));
    const [, bearer] = /^Bearer ([^\s]{1,4096})$/i.exec(authorization) ?? [];
    return bearer === undefined ? signIn() : this.accessTokens.verify(bearer);
  }

  private async byCookie(token: string | undefined): Promise<Result<Caller>> {
    if (token === undefined || token === '') return signIn();
    const session = await this.database.read((reader) => this.signIns.findSession(reader, tokenHash(token)));
    if (session === undefined) return signIn();
    // At most one write an hour, so that reading pages stays reading.
    if (session.isStale) await this.database.inTransaction((tx) => this.signIns.extendSession(tx, session.id, this.config.webSessionDays));
    return ok({ userId: session.userId, via: 'cookie', grantId: session.id, expiresAt: session.expiresAt, reach: null });
  }
}

function signIn(): Result<never> {
  return refuse('unauthenticated', 'sign_in_needed', 'Sign in first.');
}
