import { Injectable } from '@nestjs/common';
import type { Role } from '@maestro/protocol';
import type { Membership } from '../../platform/access/index.js';
import { execute, rows } from '../../platform/database/repository-access.js';
import type { Reader, Tx } from '../../platform/database/index.js';

export interface MemberRecord {
  readonly id: string;
  readonly workspaceId: string;
  readonly userId: string;
  readonly name: string;
  readonly email: string | null;
  readonly roles: readonly Role[];
  readonly skills: readonly { readonly skillId: string; readonly slug: string; readonly name: string; readonly proficiency: number }[];
  readonly joinedAt: Date;
}

export interface WorkspaceMembership extends Membership {
  readonly workspaceSlug: string;
  readonly workspaceName: string;
}

/** Where a page of members continues. */
export interface MemberKeys {
  readonly name: string;
  readonly id: string;
}

const ROLES = 'array(select r.role from member_roles r where r.member_id = m.id order by r.role)';

const MEMBER = `m.id, m.workspace_id as "workspaceId", m.user_id as "userId", u.name, u.email, m.created_at as "joinedAt", ${ROLES} as roles,
  coalesce((select jsonb_agg(jsonb_build_object('skillId', s.id, 'slug', s.slug, 'name', s.name, 'proficiency', ms.proficiency) order by s.slug)
              from member_skills ms join skills s on s.id = ms.skill_id where ms.member_id = m.id), '[]') as skills`;

@Injectable()
export class MembersRepository {
  async membership(reader: Reader, userId: string, workspaceId: string): Promise<Membership | undefined> {
    return (await this.memberships(reader, userId)).find((membership) => membership.workspaceId === workspaceId);
  }

  memberships(reader: Reader, userId: string): Promise<readonly WorkspaceMembership[]> {
    return rows<WorkspaceMembership>(
      reader,
      `select m.id as "memberId", m.workspace_id as "workspaceId", w.slug as "workspaceSlug", w.name as "workspaceName", ${ROLES} as roles
         from members m join workspaces w on w.id = m.workspace_id join users u on u.id = m.user_id
        where m.user_id = $1 and m.removed_at is null and u.disabled_at is null order by w.name, w.id`,
      [userId],
    );
  }

  async find(reader: Reader, workspaceId: string, memberId: string): Promise<MemberRecord | undefined> {
    const [found] = await rows<MemberRecord>(
      reader,
      `select ${MEMBER} from members m join users u on u.id = m.user_id where m.workspace_id = $1 and m.id = $2 and m.removed_at is null`,
      [workspaceId, memberId],
    );
    return found;
  }

  list(reader: Reader, workspaceId: string, after: MemberKeys | undefined, limit: number): Promise<readonly MemberRecord[]> {
    return rows<MemberRecord>(
      reader,
      `select ${MEMBER} from members m join users u on u.id = m.user_id
        where m.workspace_id = $1 and m.removed_at is null and ($2::text is null or (u.name, m.id) > ($2, $3::uuid))
        order by u.name, m.id limit $4`,
      [workspaceId, after?.name ?? null, after?.id ?? null, limit],
    );
  }

  /** Adds a user, or brings a removed member back under the same id; `undefined` when they belong already. */
  async join(tx: Tx, id: string, workspaceId: string, userId: string): Promise<string | undefined> {
    const [joined] = await rows<{ id: string }>(
      tx,
      `insert into members (id, workspace_id, user_id) values ($1, $2, $3)
       on conflict on constraint members_user_key do update set removed_at = null where members.removed_at is not null
       returning id`,
      [id, workspaceId, userId],
    );
    return joined?.id;
  }

  async setRoles(tx: Tx, memberId: string, roles: readonly Role[]): Promise<void> {
    await execute(tx, 'delete from member_roles where member_id = $1', [memberId]);
    await execute(tx, 'insert into member_roles (member_id, role) select $1, role from unnest($2::text[]) as role group by role', [memberId, roles]);
  }

  async remove(tx: Tx, memberId: string): Promise<void> {
    await execute(tx, 'update members set removed_at = now() where id = $1', [memberId]);
  }

  /** How many owners there are. Locks the workspace, so that two owners cannot each remove the other. */
  async countOwners(tx: Tx, workspaceId: string): Promise<number> {
    await rows(tx, 'select from workspaces where id = $1 for update', [workspaceId]);
    const [counted] = await rows<{ owners: number }>(
      tx,
      `select count(*)::int as owners from members m join member_roles r on r.member_id = m.id
        where m.workspace_id = $1 and m.removed_at is null and r.role = 'owner'`,
      [workspaceId],
    );
    return counted?.owners ?? 0;
  }
}
