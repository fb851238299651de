import { Injectable } from '@nestjs/common';
import { execute, managerOf, rows } from '../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../platform/database/index.js';
import { UserEntity } from './user.entity.js';

/** The lock of whoever sets the studio up, so that two first owners cannot both find no user. Any constant no other lock uses. */
const SETUP_LOCK = 4680;

@Injectable()
export class UsersRepository {
  async find(reader: Reader, id: string): Promise<UserEntity | undefined> {
    return (await managerOf(reader).findOneBy(UserEntity, { id })) ?? undefined;
  }

  async findByEmail(reader: Reader, email: string): Promise<UserEntity | undefined> {
    return (await managerOf(reader).findOneBy(UserEntity, { email: email.toLowerCase() })) ?? undefined;
  }

  /** @throws QueryFailedError violating `users_email_key`. */
  async insert(tx: Tx, user: Omit<UserEntity, 'createdAt' | 'disabledAt'>): Promise<void> {
    await managerOf(tx).insert(UserEntity, user);
  }

  async anyExists(reader: Reader): Promise<boolean> {
    return (await rows(reader, 'select from users limit 1')).length > 0;
  }

  async lockSetup(tx: Tx): Promise<void> {
    await rows(tx, 'select pg_advisory_xact_lock($1)', [SETUP_LOCK]);
  }

  async passwordHash(reader: Reader, userId: string): Promise<string | undefined> {
    const [found] = await rows<{ hash: string }>(reader, 'select password_hash as hash from credentials where user_id = $1', [userId]);
    return found?.hash;
  }

  async setPasswordHash(tx: Tx, userId: string, hash: string): Promise<void> {
    await execute(
      tx,
      `insert into credentials (user_id, password_hash) values ($1, $2)
       on conflict (user_id) do update set password_hash = excluded.password_hash, updated_at = now()`,
      [userId, hash],
    );
  }
}
