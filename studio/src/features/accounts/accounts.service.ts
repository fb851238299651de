import { Injectable } from '@nestjs/common';
import { EventKind, ok, refuse } from '@maestro/protocol';
import type { Result, SetupRequest, SignInLink, UserView } from '@maestro/protocol';
import type { z } from 'zod';
import { Config } from '../../config/index.js';
import type { Caller } from '../../platform/access/index.js';
import { hashPassword, passwordMatches, randomToken, tokenHash } from '../../platform/crypto/index.js';
import { Database, violatesUnique } from '../../platform/database/index.js';
import type { Reader, Tx } from '../../platform/database/index.js';
import { PublicUrl } from '../../platform/http/index.js';
import { newId } from '../../platform/ids/index.js';
import { Events } from '../events/index.js';
import { SignInRepository } from './sign-in.repository.js';
import { UserEntity } from './user.entity.js';
import { UsersRepository } from './users.repository.js';

/** An open browser session: whose it is, and what goes into the cookie. */
export interface OpenSession {
  readonly user: UserView;
  readonly token: string;
  readonly expiresAt: Date;
}

/** Long enough to walk to the browser. */
const SIGN_IN_LINK_MINUTES = 15;
/** The owner may be away when the studio first starts. */
const SETUP_LINK_MINUTES = 24 * 60;

/** People: how the first one comes in, how others sign in and out. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly signIns: SignInRepository,
    private readonly events: Events,
    private readonly publicUrl: PublicUrl,
  ) {}

  needsSetup(): Promise<boolean> {
    return this.database.read(async (reader) => !(await this.users.anyExists(reader)));
  }

  /**
   * Makes the owner and signs them in; works once. Who is not on the studio's own machine proves with the setup link that they can read
   * what it printed: otherwise a stranger could be faster than the owner.
   */
  async setUp({ token, name, email, password }: z.output<typeof SetupRequest>, isLocal: boolean, userAgent: string | null): Promise<Result<OpenSession>> {
    const passwordHash = await hashPassword(password);
    return this.database.inTransaction(async (tx): Promise<Result<OpenSession>> => {
      await this.users.lockSetup(tx);
      if (await this.users.anyExists(tx)) return refuse('conflict', 'already_set_up', 'This studio has an owner already. Sign in, or ask them for an invite.');
      const proven = token === undefined ? isLocal : (await this.signIns.useLink(tx, 'setup', tokenHash(token))) !== undefined;
      if (!proven) return refuse('forbidden', 'setup_link_needed', 'Use the set-up link that the studio printed when it started. Restart it to get a new one.');
      const user = await this.createUser(tx, { name, email, isOperator: true });
      if (!user.ok) return user;
      await this.users.setPasswordHash(tx, user.value.id, passwordHash);
      return ok(await this.openSession(tx, user.value, userAgent));
    });
  }

  async logIn(email: string, password: string, userAgent: string | null): Promise<Result<OpenSession>> {
    const { user, hash } = await this.database.read(async (reader) => {
      const found = await this.users.findByEmail(reader, email);
      return { user: found, hash: found && (await this.users.passwordHash(reader, found.id)) };
    });
    // Outside the database: hashing takes 50 ms, and the embedded database has one connection.
    const matches = await passwordMatches(password, hash);
    if (user === undefined || !matches || user.disabledAt !== null) {
      return refuse('unauthenticated', 'credentials_wrong', 'Address or password is wrong. An operator can send you a sign-in link.');
    }
    return ok(await this.database.inTransaction((tx) => this.openSession(tx, user, userAgent)));
  }

  /** The caller's browser session ends, and with it every socket it opened. A machine's grant ends through `Grants`. */
  async signOut(caller: Caller): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      await this.signIns.closeSession(tx, caller.grantId);
      const user = await this.users.find(tx, caller.userId);
      await this.events.append(tx, {
        kind: EventKind.accountRevoked,
        workspaceId: null,
        actor: { type: 'user', id: caller.userId, name: user?.name ?? '' },
        payload: { userId: caller.userId, grantId: caller.grantId, reason: 'signed_out' },
      });
    });
  }

  async createSignInLink(caller: Caller, userId: string): Promise<Result<SignInLink>> {
    const operator = await this.database.read((reader) => this.users.find(reader, caller.userId));
    if (operator?.isOperator !== true) return refuse('forbidden', 'operator_needed', 'Only an operator of this studio can make sign-in links.');
    return this.database.inTransaction(async (tx) => {
      const user = await this.users.find(tx, userId);
      if (user === undefined || user.disabledAt !== null) return refuse('not_found', 'user_not_found', 'There is no such user.');
      return ok(await this.makeLink(tx, 'sign_in', userId, SIGN_IN_LINK_MINUTES));
    });
  }

  /** For the terminal of a studio that has no owner yet. */
  createSetupLink(): Promise<SignInLink> {
    return this.database.inTransaction((tx) => this.makeLink(tx, 'setup', null, SETUP_LINK_MINUTES));
  }

  useSignInLink(token: string, userAgent: string | null): Promise<Result<OpenSession>> {
    return this.database.inTransaction(async (tx): Promise<Result<OpenSession>> => {
      const link = await this.signIns.useLink(tx, 'sign_in', tokenHash(token));
      const user = link?.userId == null ? undefined : await this.users.find(tx, link.userId);
      if (user === undefined || user.disabledAt !== null) {
        return refuse('gone', 'link_used_up', 'This link was used already or is too old. Ask an operator for a new one.');
      }
      return ok(await this.openSession(tx, user, userAgent));
    });
  }

  /** For features that bring people in, such as redeeming an invite. */
  async createUser(tx: Tx, { name, email, isOperator }: Pick<UserEntity, 'name' | 'email' | 'isOperator'>): Promise<Result<UserView>> {
    const user = { id: newId(), name, email, isOperator };
    try {
      await this.users.insert(tx, user);
    } catch (error) {
      if (violatesUnique(error, 'users_email_key')) return refuse('conflict', 'email_taken', 'Somebody with this address has an account already.');
      throw error;
    }
    return ok(viewOf(user));
  }

  /** `undefined` for a user that does not exist or is disabled. */
  async findUser(reader: Reader, id: string): Promise<UserView | undefined> {
    const user = await this.users.find(reader, id);
    return user === undefined || user.disabledAt !== null ? undefined : viewOf(user);
  }

  forgetExpired(): Promise<void> {
    return this.database.inTransaction((tx) => this.signIns.forgetExpired(tx));
  }

  private async openSession(tx: Tx, user: UserLike, userAgent: string | null): Promise<OpenSession> {
    const token = randomToken();
    const expiresAt = await this.signIns.openSession(tx, {
      id: newId(),
      userId: user.id,
      tokenHash: tokenHash(token),
      userAgent: userAgent?.slice(0, 300) ?? null,
      days: this.config.webSessionDays,
    });
    return { user: viewOf(user), token, expiresAt };
  }

  private async makeLink(tx: Tx, purpose: 'setup' | 'sign_in', userId: string | null, minutes: number): Promise<SignInLink> {
    const token = randomToken();
    const expiresAt = await this.signIns.insertLink(tx, { id: newId(), purpose, userId, tokenHash: tokenHash(token), minutes });
    // The set-up page reads its token behind the `#`, which no server, proxy or access log ever sees.
    const path = purpose === 'setup' ? `/setup#${token}` : `/api/v1/auth/links/${token}`;
    return { url: this.publicUrl.value + path, expiresAt: expiresAt.toISOString() };
  }
}

type UserLike = Pick<UserEntity, 'id' | 'name' | 'email' | 'isOperator'>;

function viewOf({ id, name, email, isOperator }: UserLike | UserView): UserView {
  return { id: id as UserView['id'], name, email, isOperator };
}
