import { TokenPair } from '@maestro/protocol';
import type { Clock } from '../../platform/clock.js';
import { withFileLock } from '../../platform/file-lock.js';
import { sendHttp } from '../../platform/http.js';
import type { SecretStore } from '../../platform/secrets/secret-store.js';
import type { SignInProblem, TokenAnswer } from './identity.types.js';
import { problemOf } from './problems.js';

export interface TokensOptions {
  readonly studio: string;
  readonly store: SecretStore;
  /** One refresh at a time among all processes of this machine: a refresh token is good once, and its second use ends the whole family. */
  readonly lockPath: string;
  readonly clock: Clock;
}

/** A token that ends within this time is renewed before it is used, so that it does not end on the way. */
const EARLY_MS = 60_000;

const tokensName = (studio: string): string => `tokens:${studio}`;

/** The access token of one identity, renewed when it must be. */
export class Tokens {
  constructor(private readonly options: TokensOptions) {}

  /** A token that is good now. Throws `StudioUnreachable` when it had to be renewed and nobody answered. */
  async access(): Promise<TokenAnswer> {
    const pair = await this.load();
    if (pair !== undefined && this.isFresh(pair)) return { ok: true, token: pair.accessToken };
    return this.renewUnless((stored) => this.isFresh(stored));
  }

  /** After the studio refused `rejected`: another process may have renewed it already, else it is renewed now. */
  afterRejection(rejected: string): Promise<TokenAnswer> {
    return this.renewUnless((stored) => stored.accessToken !== rejected && this.isFresh(stored));
  }

  /** Throws `SecretsUnavailable` when the store cannot keep anything. */
  async probe(): Promise<void> {
    const name = `probe:${this.options.studio}`;
    await this.options.store.set(name, 'probe');
    await this.options.store.delete(name);
  }

  async save(pair: TokenPair): Promise<void> {
    await this.options.store.set(tokensName(this.options.studio), JSON.stringify(pair));
  }

  async forget(): Promise<void> {
    await this.options.store.delete(tokensName(this.options.studio));
  }

  private renewUnless(good: (stored: TokenPair) => boolean): Promise<TokenAnswer> {
    return withFileLock(this.options.lockPath, async () => {
      const stored = await this.load();
      if (stored === undefined) return { ok: false, problem: this.notSignedIn(`This machine is not signed in at ${this.options.studio}.`) };
      if (good(stored)) return { ok: true, token: stored.accessToken };
      return this.renew(stored);
    });
  }

  private async renew(stored: TokenPair): Promise<TokenAnswer> {
    const answer = await sendHttp({ method: 'POST', url: `${this.options.studio}/api/v1/auth/refresh`, body: { refreshToken: stored.refreshToken } });
    const pair = TokenPair.safeParse(answer.body);
    if (answer.status < 300 && pair.success) {
      await this.save(pair.data);
      return { ok: true, token: pair.data.accessToken };
    }
    if (answer.status === 401 || answer.status === 403) return { ok: false, problem: this.notSignedIn(`The sign-in at ${this.options.studio} has ended.`) };
    return { ok: false, problem: problemOf(answer, 'The studio did not renew the sign-in.') };
  }

  private notSignedIn(sentence: string): SignInProblem {
    return { kind: 'not_signed_in', sentence, remedy: 'maestro auth <invite>, with a new invite from the studio' };
  }

  private async load(): Promise<TokenPair | undefined> {
    const text = await this.options.store.get(tokensName(this.options.studio));
    if (text === undefined) return undefined;
    try {
      return TokenPair.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  private isFresh(pair: TokenPair): boolean {
    return Date.parse(pair.accessTokenExpiresAt) - this.options.clock.now() > EARLY_MS;
  }
}
