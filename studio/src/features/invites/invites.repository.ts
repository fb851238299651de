import { Injectable } from '@nestjs/common';
import type { Role } from '@maestro/protocol';
import { execute, rows } from '../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../platform/database/index.js';

export interface InviteRecord {
  readonly id: string;
  readonly workspaceId: string;
  readonly invitedBy: string;
  readonly role: Role;
  readonly projectIds: readonly string[] | null;
  readonly asMyself: boolean;
  readonly note: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
  readonly revokedAt: Date | null;
}

export type NewInvite = Omit<InviteRecord, 'createdAt' | 'usedAt' | 'revokedAt'> & { readonly jtiHash: Buffer };

const COLUMNS = `id, workspace_id as "workspaceId", invited_by as "invitedBy", role, project_ids as "projectIds", as_myself as "asMyself", note,
  created_at as "createdAt", expires_at as "expiresAt", used_at as "usedAt", revoked_at as "revokedAt"`;

@Injectable()
export class InvitesRepository {
  async insert(tx: Tx, invite: NewInvite): Promise<InviteRecord> {
    const { id, workspaceId, invitedBy, jtiHash, role, projectIds, asMyself, note, expiresAt } = invite;
    const [made] = await rows<InviteRecord>(
      tx,
      `insert into invites (id, workspace_id, invited_by, jti_hash, role, project_ids, as_myself, note, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning ${COLUMNS}`,
      [id, workspaceId, invitedBy, jtiHash, role, projectIds, asMyself, note, expiresAt],
    );
    if (made === undefined) throw new Error('invites.none_made: insert returned nothing');
    return made;
  }

  /** Locks the invite: of fifty who redeem it at once, one finds it open. */
  async lockByJti(tx: Tx, jtiHash: Buffer): Promise<InviteRecord | undefined> {
    const [found] = await rows<InviteRecord>(tx, `select ${COLUMNS} from invites where jti_hash = $1 for update`, [jtiHash]);
    return found;
  }

  /** Newest first. */
  list(reader: Reader, workspaceId: string, beforeId: string | undefined, limit: number): Promise<readonly InviteRecord[]> {
    return rows<InviteRecord>(
      reader,
      `select ${COLUMNS} from invites where workspace_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
      [workspaceId, beforeId ?? null, limit],
    );
  }

  async markUsed(tx: Tx, id: string, userId: string): Promise<void> {
    await execute(tx, 'update invites set used_at = now(), used_by = $2 where id = $1', [id, userId]);
  }

  /** False when there is no such open invite. */
  async revoke(tx: Tx, workspaceId: string, id: string): Promise<boolean> {
    const sql = 'update invites set revoked_at = now() where workspace_id = $1 and id = $2 and used_at is null and revoked_at is null';
    return (await execute(tx, sql, [workspaceId, id])) === 1;
  }
}
