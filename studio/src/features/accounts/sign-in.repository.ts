import { Injectable } from '@nestjs/common';
import { execute, rows } from '../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../platform/database/index.js';

export interface NewWebSession {
  readonly id: string;
  readonly userId: string;
  readonly tokenHash: Buffer;
  readonly userAgent: string | null;
  readonly days: number;
}

export interface LiveWebSession {
  readonly id: string;
  readonly userId: string;
  readonly expiresAt: Date;
  /** It was not extended for so long that it is worth a write. */
  readonly isStale: boolean;
}

export type LinkPurpose = 'setup' | 'sign_in';

/** Browser sessions and one-time links. Expiry is the database's business, like every moment that two studios must agree on. */
@Injectable()
export class SignInRepository {
  async openSession(tx: Tx, { id, userId, tokenHash, userAgent, days }: NewWebSession): Promise<Date> {
    const [opened] = await rows<{ expiresAt: Date }>(
      tx,
      `insert into web_sessions (id, user_id, token_hash, user_agent, expires_at) values ($1, $2, $3, $4, now() + make_interval(days => $5))
       returning expires_at as "expiresAt"`,
      [id, userId, tokenHash, userAgent, days],
    );
    if (opened === undefined) throw new Error('accounts.no_session: insert returned nothing');
    return opened.expiresAt;
  }

  async findSession(reader: Reader, tokenHash: Buffer): Promise<LiveWebSession | undefined> {
    const [found] = await rows<LiveWebSession>(
      reader,
      `select s.id, s.user_id as "userId", s.expires_at as "expiresAt", s.last_seen_at < now() - interval '1 hour' as "isStale"
         from web_sessions s join users u on u.id = s.user_id
        where s.token_hash = $1 and s.expires_at > now() and u.disabled_at is null`,
      [tokenHash],
    );
    return found;
  }

  async extendSession(tx: Tx, id: string, days: number): Promise<void> {
    await execute(tx, 'update web_sessions set last_seen_at = now(), expires_at = now() + make_interval(days => $2) where id = $1', [id, days]);
  }

  async closeSession(tx: Tx, id: string): Promise<void> {
    await execute(tx, 'delete from web_sessions where id = $1', [id]);
  }

  async insertLink(tx: Tx, link: { readonly id: string; readonly purpose: LinkPurpose; readonly userId: string | null; readonly tokenHash: Buffer; readonly minutes: number }): Promise<Date> {
    const [made] = await rows<{ expiresAt: Date }>(
      tx,
      `insert into sign_in_links (id, purpose, user_id, token_hash, expires_at) values ($1, $2, $3, $4, now() + make_interval(mins => $5))
       returning expires_at as "expiresAt"`,
      [link.id, link.purpose, link.userId, link.tokenHash, link.minutes],
    );
    if (made === undefined) throw new Error('accounts.no_link: insert returned nothing');
    return made.expiresAt;
  }

  /** Uses a link up. Of two that try at once, one gets it; `undefined` when it is unknown, used or too old. */
  async useLink(tx: Tx, purpose: LinkPurpose, tokenHash: Buffer): Promise<{ readonly userId: string | null } | undefined> {
    const [used] = await rows<{ userId: string | null }>(
      tx,
      `update sign_in_links set used_at = now() where purpose = $1 and token_hash = $2 and used_at is null and expires_at > now()
       returning user_id as "userId"`,
      [purpose, tokenHash],
    );
    return used;
  }

  async forgetExpired(tx: Tx): Promise<void> {
    await execute(tx, 'delete from web_sessions where expires_at < now()');
    await execute(tx, `delete from sign_in_links where expires_at < now() - interval '1 day'`);
  }
}
