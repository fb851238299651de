import { Injectable } from '@nestjs/common';
import { execute, rows } from '../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../platform/database/index.js';

export type RevocationReason = 'reuse' | 'signed_out' | 'member_removed' | 'user_disabled';

export interface FamilyRecord {
  readonly id: string;
  readonly userId: string;
  readonly userName: string;
  readonly workspaceId: string;
  readonly projectIds: readonly string[] | null;
  readonly generation: number;
  readonly rotatedAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
}

export interface NewFamily {
  readonly id: string;
  readonly userId: string;
  readonly workspaceId: string;
  readonly projectIds: readonly string[] | null;
  readonly label: string | null;
  readonly days: number;
}

const COLUMNS = `f.id, f.user_id as "userId", u.name as "userName", f.workspace_id as "workspaceId", f.project_ids as "projectIds", f.generation,
  f.rotated_at as "rotatedAt", f.expires_at as "expiresAt", coalesce(f.revoked_at, u.disabled_at) as "revokedAt"`;

@Injectable()
export class RefreshFamiliesRepository {
  async insert(tx: Tx, { id, userId, workspaceId, projectIds, label, days }: NewFamily): Promise<Date> {
    const [made] = await rows<{ expiresAt: Date }>(
      tx,
      `insert into refresh_families (id, user_id, workspace_id, project_ids, label, expires_at)
       values ($1, $2, $3, $4, $5, now() + make_interval(days => $6)) returning expires_at as "expiresAt"`,
      [id, userId, workspaceId, projectIds, label, days],
    );
    if (made === undefined) throw new Error('accounts.no_family: insert returned nothing');
    return made.expiresAt;
  }

  /** Locks the family: concurrent refreshes are decided one after the other. */
  async lock(tx: Tx, id: string): Promise<FamilyRecord | undefined> {
    const [found] = await rows<FamilyRecord>(tx, `select ${COLUMNS} from refresh_families f join users u on u.id = f.user_id where f.id = $1 for update of f`, [id]);
    return found;
  }

  /** The family behind an access token, if it may still be used. */
  async findLive(reader: Reader, id: string): Promise<FamilyRecord | undefined> {
    const [found] = await rows<FamilyRecord>(
      reader,
      `select ${COLUMNS} from refresh_families f join users u on u.id = f.user_id where f.id = $1 and f.revoked_at is null and u.disabled_at is null`,
      [id],
    );
    return found;
  }

  async rotate(tx: Tx, id: string, generation: number, days: number): Promise<Date> {
    const [rotated] = await rows<{ expiresAt: Date }>(
      tx,
      `update refresh_families set generation = $2, rotated_at = clock_timestamp(), expires_at = now() + make_interval(days => $3)
       where id = $1 returning expires_at as "expiresAt"`,
      [id, generation, days],
    );
    if (rotated === undefined) throw new Error('accounts.no_family: it was locked and is gone');
    return rotated.expiresAt;
  }

  /** True when it was not revoked before. */
  async revoke(tx: Tx, id: string, reason: RevocationReason): Promise<boolean> {
    return (await execute(tx, 'update refresh_families set revoked_at = now(), revoked_reason = $2 where id = $1 and revoked_at is null', [id, reason])) === 1;
  }

  async idsOf(tx: Tx, userId: string, workspaceId: string): Promise<readonly string[]> {
    const found = await rows<{ id: string }>(tx, 'select id from refresh_families where user_id = $1 and workspace_id = $2 and revoked_at is null', [userId, workspaceId]);
    return found.map(({ id }) => id);
  }
}
