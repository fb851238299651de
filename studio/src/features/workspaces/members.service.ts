import { Injectable } from '@nestjs/common';
import { EventKind, ok, refuse, Role } from '@maestro/protocol';
import type { Actor, AddMember, MemberPage, MembershipView, MemberView, MeView, PageQuery, Proficiency, Refused, Result, UpdateMember } from '@maestro/protocol';
import { z } from 'zod';
import { Memberships } from '../../platform/access/index.js';
import type { Access, Caller, Membership } from '../../platform/access/index.js';
import { Database } from '../../platform/database/index.js';
import type { Reader, Tx } from '../../platform/database/index.js';
import { readCursor, toPage } from '../../platform/http/index.js';
import { newId } from '../../platform/ids/index.js';
import { AccountsService, Grants } from '../accounts/index.js';
import { Events } from '../events/index.js';
import { refuseLastOwner, refuseRoles } from './domain/roles.js';
import { MembersRepository } from './members.repository.js';
import type { MemberRecord, WorkspaceMembership } from './members.repository.js';
import { SkillsRepository } from './skills.repository.js';
import { WorkspacesService } from './workspaces.service.js';

const Keys = z.object({ name: z.string(), id: z.uuid() });

export interface SkillSetting {
  readonly skill: string;
  /** `null` takes the skill away. */
  readonly proficiency: Proficiency | null;
}

/** Who belongs to a workspace, as what, and what they can do. */
@Injectable()
export class MembersService extends Memberships {
  constructor(
    private readonly database: Database,
    private readonly members: MembersRepository,
    private readonly skills: SkillsRepository,
    private readonly workspaces: WorkspacesService,
    private readonly accounts: AccountsService,
    private readonly grants: Grants,
    private readonly events: Events,
  ) {
    super();
  }

  find(userId: string, workspaceId: string): Promise<Membership | undefined> {
    return this.database.read((reader) => this.members.membership(reader, userId, workspaceId));
  }

  all(userId: string): Promise<readonly WorkspaceMembership[]> {
    return this.database.read((reader) => this.members.memberships(reader, userId));
  }

  /** Whether this is a member who was not removed. */
  async exists(reader: Reader, workspaceId: string, memberId: string): Promise<boolean> {
    return (await this.members.find(reader, workspaceId, memberId)) !== undefined;
  }

  async me({ userId, reach }: Caller): Promise<Result<MeView>> {
    return this.database.read(async (reader) => {
      const user = await this.accounts.findUser(reader, userId);
      if (user === undefined) return refuse('unauthenticated', 'sign_in_needed', 'Sign in first.');
      const memberships = await this.members.memberships(reader, userId);
      return ok({ user, memberships: memberships.filter(({ workspaceId }) => reach === null || reach.workspaceId === workspaceId).map(membershipViewOf) });
    });
  }

  async list(access: Access, { cursor, limit }: PageQuery): Promise<Result<MemberPage>> {
    const after = readCursor(Keys, cursor);
    if (!after.ok) return after;
    const found = await this.database.read((reader) => this.members.list(reader, access.workspaceId, after.value, limit + 1));
    const page = toPage(found, limit, ({ name, id }) => ({ name, id }));
    return ok({ data: page.data.map(viewOf), nextCursor: page.nextCursor });
  }

  async add(access: Access, { userId, roles }: AddMember): Promise<Result<MemberView>> {
    const refused = refuseRoles(access.roles, roles);
    if (refused !== undefined) return refused;
    return this.database.inTransaction(async (tx) => {
      const user = await this.accounts.findUser(tx, userId);
      if (user === undefined) return refuse('not_found', 'user_not_found', 'There is no such user here. Send them an invite instead.');
      const joined = await this.join(tx, access.workspaceId, user, roles, await this.workspaces.actorOf(tx, access));
      if (joined === undefined) return refuse('conflict', 'already_member', `${user.name} belongs to this workspace already.`);
      return ok(viewOf(joined));
    });
  }

  async changeRoles(access: Access, memberId: string, { roles }: UpdateMember): Promise<Result<MemberView>> {
    return this.database.inTransaction(async (tx) => {
      const owners = await this.members.countOwners(tx, access.workspaceId);
      const member = await this.members.find(tx, access.workspaceId, memberId);
      if (member === undefined) return memberNotFound();
      const refused = refuseRoles(access.roles, [...roles, ...member.roles]) ?? refuseLastOwner(member.roles.includes(Role.owner), roles.includes(Role.owner), owners);
      if (refused !== undefined) return refused;
      await this.members.setRoles(tx, memberId, roles);
      await this.append(tx, access, EventKind.memberRoles, { memberId, userId: member.userId, name: member.name, roles });
      return ok(viewOf({ ...member, roles }));
    });
  }

  /** Their machines are signed out with them, in the same transaction. */
  async remove(access: Access, memberId: string): Promise<Result<void>> {
    return this.database.inTransaction(async (tx) => {
      const owners = await this.members.countOwners(tx, access.workspaceId);
      const member = await this.members.find(tx, access.workspaceId, memberId);
      if (member === undefined) return memberNotFound();
      const refused = refuseRoles(access.roles, member.roles) ?? refuseLastOwner(member.roles.includes(Role.owner), false, owners);
      if (refused !== undefined) return refused;
      await this.members.remove(tx, memberId);
      await this.grants.revokeAll(tx, member.userId, access.workspaceId, 'member_removed', await this.workspaces.actorOf(tx, access));
      await this.append(tx, access, EventKind.memberRemoved, { memberId, userId: member.userId, name: member.name });
      return ok();
    });
  }

  async setSkills(access: Access, memberId: string, settings: readonly SkillSetting[]): Promise<Result<MemberView>> {
    return this.database.inTransaction(async (tx) => {
      if ((await this.members.find(tx, access.workspaceId, memberId)) === undefined) return memberNotFound();
      const ids = await this.skills.idsBySlug(tx, access.workspaceId, settings.map(({ skill }) => skill));
      const unknown = settings.map(({ skill }) => skill).filter((slug) => !ids.has(slug));
      if (unknown.length > 0) return refuse('unprocessable', 'skills_unknown', `This workspace has no skill ${unknown.join(', ')}. Ask an admin to add it.`, { unknown });
      for (const { skill, proficiency } of settings) {
        const skillId = ids.get(skill) ?? '';
        if (proficiency === null) await this.skills.takeAway(tx, memberId, skillId);
        else await this.skills.setProficiency(tx, memberId, skillId, proficiency);
      }
      const member = await this.members.find(tx, access.workspaceId, memberId);
      if (member === undefined) return memberNotFound();
      await this.append(tx, access, EventKind.memberSkills, { memberId, userId: member.userId, skills: member.skills.map(({ slug, proficiency }) => ({ slug, proficiency })) });
      return ok(viewOf(member));
    });
  }

  /** A user's place in a workspace, within a transaction of the caller's; `undefined` when they have none. */
  async membershipIn(reader: Reader, userId: string, workspaceId: string): Promise<MembershipView | undefined> {
    const found = (await this.members.memberships(reader, userId)).find((membership) => membership.workspaceId === workspaceId);
    return found && membershipViewOf(found);
  }

  /** Makes a user a member, within a transaction of the caller's; `undefined` when they are one. */
  async join(tx: Tx, workspaceId: string, user: { readonly id: string; readonly name: string }, roles: readonly Role[], actor: Actor): Promise<MemberRecord | undefined> {
    const memberId = await this.members.join(tx, newId(), workspaceId, user.id);
    if (memberId === undefined) return undefined;
    await this.members.setRoles(tx, memberId, roles);
    await this.events.append(tx, { kind: EventKind.memberJoined, workspaceId, actor, payload: { memberId, userId: user.id, name: user.name, roles } });
    return this.members.find(tx, workspaceId, memberId);
  }

  private async append(tx: Tx, access: Access, kind: EventKind, payload: Readonly<Record<string, unknown>>): Promise<void> {
    await this.events.append(tx, { kind, workspaceId: access.workspaceId, actor: await this.workspaces.actorOf(tx, access), payload });
  }
}

function membershipViewOf({ memberId, workspaceId, workspaceSlug, workspaceName, roles }: WorkspaceMembership): MembershipView {
  return { memberId, workspaceId, workspaceSlug, workspaceName, roles: [...roles] } as MembershipView;
}

function viewOf({ id, userId, name, email, roles, skills, joinedAt }: MemberRecord): MemberView {
  return { id, userId, name, email, roles: [...roles], skills: [...skills], joinedAt: joinedAt.toISOString() } as MemberView;
}

function memberNotFound(): Refused {
  return refuse('not_found', 'member_not_found', 'There is no such member in this workspace.');
}
