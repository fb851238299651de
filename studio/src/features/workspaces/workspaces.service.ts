import { Injectable } from '@nestjs/common';
import { EventKind, mayDo, ok, refuse, Role } from '@maestro/protocol';
import type { Actor, CreateWorkspace, PageQuery, Result, UpdateWorkspace, WorkspacePage, WorkspaceView } from '@maestro/protocol';
import { z } from 'zod';
import type { Access, Caller } from '../../platform/access/index.js';
import { Database, violatesUnique } from '../../platform/database/index.js';
import type { Reader, Tx } from '../../platform/database/index.js';
import { readCursor, toPage } from '../../platform/http/index.js';
import { newId } from '../../platform/ids/index.js';
import { AccountsService } from '../accounts/index.js';
import { Events } from '../events/index.js';
import { slugOf } from './domain/workspace-slug.js';
import { MembersRepository } from './members.repository.js';
import type { WorkspaceEntity } from './workspace.entity.js';
import { WorkspacesRepository } from './workspaces.repository.js';

const Keys = z.object({ name: z.string(), id: z.uuid() });

/** Tenants. Whoever makes one becomes its owner. */
@Injectable()
export class WorkspacesService {
  constructor(
    private readonly database: Database,
    private readonly workspaces: WorkspacesRepository,
    private readonly members: MembersRepository,
    private readonly accounts: AccountsService,
    private readonly events: Events,
  ) {}

  async create(caller: Caller, { name, slug }: CreateWorkspace): Promise<Result<WorkspaceView>> {
    return this.database.inTransaction(async (tx) => {
      const user = await this.accounts.findUser(tx, caller.userId);
      const mayCreate = user?.isOperator === true || (await this.members.memberships(tx, caller.userId)).some(({ roles }) => mayDo(roles, 'workspace.create'));
      // A machine's token belongs to one workspace; it must not grow another.
      if (user === undefined || !mayCreate || caller.reach !== null) {
        return refuse('forbidden', 'forbidden', 'Only an operator of this studio, or an admin of one of its workspaces, can make a workspace.');
      }
      const id = newId();
      const made = await this.insert(tx, { id, name, slug: slug ?? (await this.freeSlug(tx, name)), createdBy: user.id });
      if (!made.ok) return made;
      const memberId = newId();
      await this.members.join(tx, memberId, id, user.id);
      await this.members.setRoles(tx, memberId, [Role.owner]);
      const actor: Actor = { type: 'user', id: user.id, name: user.name };
      await this.events.append(tx, { kind: EventKind.workspaceCreated, workspaceId: id, actor, payload: { name, slug: made.value.slug } });
      await this.events.append(tx, { kind: EventKind.memberJoined, workspaceId: id, actor, payload: { memberId, userId: user.id, name: user.name, roles: [Role.owner] } });
      return made;
    });
  }

  /** The caller's own. */
  async list(caller: Caller, { cursor, limit }: PageQuery): Promise<Result<WorkspacePage>> {
    const after = readCursor(Keys, cursor);
    if (!after.ok) return after;
    const found = await this.database.read((reader) => this.workspaces.listOf(reader, caller.userId, caller.reach?.workspaceId ?? null, after.value, limit + 1));
    const page = toPage(found, limit, ({ name, id }) => ({ name, id }));
    return ok({ data: page.data.map(viewOf), nextCursor: page.nextCursor });
  }

  async get(access: Access): Promise<Result<WorkspaceView>> {
    return this.database.read(async (reader) => {
      const workspace = await this.workspaces.find(reader, access.workspaceId);
      return workspace === undefined ? refuse('not_found', 'workspace_not_found', 'There is no such workspace.') : ok(viewOf(workspace));
    });
  }

  async rename(access: Access, { name }: UpdateWorkspace): Promise<Result<WorkspaceView>> {
    return this.database.inTransaction(async (tx) => {
      await this.workspaces.rename(tx, access.workspaceId, name);
      await this.events.append(tx, { kind: EventKind.workspaceUpdated, workspaceId: access.workspaceId, actor: await this.actorOf(tx, access), payload: { name } });
      const workspace = await this.workspaces.find(tx, access.workspaceId);
      return workspace === undefined ? refuse('not_found', 'workspace_not_found', 'There is no such workspace.') : ok(viewOf(workspace));
    });
  }

  /** Whom an event names when a member caused it. For every feature above this one. */
  async actorOf(reader: Reader, { caller }: Pick<Access, 'caller'>): Promise<Actor> {
    const user = await this.accounts.findUser(reader, caller.userId);
    return { type: 'user', id: caller.userId, name: user?.name ?? 'somebody who has left' };
  }

  private async insert(tx: Tx, workspace: Omit<WorkspaceEntity, 'createdAt'>): Promise<Result<WorkspaceView>> {
    try {
      await this.workspaces.insert(tx, workspace);
    } catch (error) {
      if (violatesUnique(error, 'workspaces_slug_key')) return refuse('conflict', 'slug_taken', `There is a workspace "${workspace.slug}" already. Choose another slug.`);
      throw error;
    }
    const made = await this.workspaces.find(tx, workspace.id);
    if (made === undefined) throw new Error('workspaces.vanished: it was inserted a moment ago');
    return ok(viewOf(made));
  }

  private async freeSlug(tx: Tx, name: string): Promise<string> {
    const slug = slugOf(name);
    const taken = await this.workspaces.slugsLike(tx, slug);
    if (!taken.has(slug)) return slug;
    for (let number = 2; ; number += 1) {
      const candidate = `${slug.slice(0, 43)}-${number}`;
      if (!taken.has(candidate)) return candidate;
    }
  }
}

function viewOf({ id, slug, name, createdAt }: WorkspaceEntity): WorkspaceView {
  return { id: id as WorkspaceView['id'], slug, name, createdAt: createdAt.toISOString() };
}
