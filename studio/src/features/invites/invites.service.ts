import { Injectable } from '@nestjs/common';
import { EventKind, ok, refuse } from '@maestro/protocol';
import type { CreatedInvite, CreateInvite, InvitePage, InviteView, PageQuery, Redeemed, RedeemInvite, Result, UserView } from '@maestro/protocol';
import { z } from 'zod';
import type { Access } from '../../platform/access/index.js';
import { Clock } from '../../platform/clock/index.js';
import { TokenKind, tokenHash, TokenSigner } from '../../platform/crypto/index.js';
import { Database, databaseNow } from '../../platform/database/index.js';
import type { Tx } from '../../platform/database/index.js';
import { readCursor, toPage } from '../../platform/http/index.js';
import { newId } from '../../platform/ids/index.js';
import { AccountsService, Grants } from '../accounts/index.js';
import { Events } from '../events/index.js';
import { MembersService, refuseRoles, WorkspacesService } from '../workspaces/index.js';
import { refuseRedeem, standingOf } from './domain/invite.js';
import { InvitesRepository } from './invites.repository.js';
import type { InviteRecord } from './invites.repository.js';
import { ProjectDirectory } from './project-directory.js';

const Keys = z.object({ id: z.uuid() });
const DAY_MS = 86_400_000;

/** How machines come in. An invite is a signed token that works once; of the token only a hash of its id is kept. */
@Injectable()
export class InvitesService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly signer: TokenSigner,
    private readonly invites: InvitesRepository,
    private readonly members: MembersService,
    private readonly workspaces: WorkspacesService,
    private readonly projects: ProjectDirectory,
    private readonly accounts: AccountsService,
    private readonly grants: Grants,
    private readonly events: Events,
  ) {}

  async create(access: Access, { role, projectIds, asMyself, expiresInDays, note }: z.output<typeof CreateInvite>): Promise<Result<CreatedInvite>> {
    const refused = refuseRoles(access.roles, [role]);
    if (refused !== undefined) return refused;
    const { userId } = access.caller;
    const id = newId();
    const expiresAt = new Date(Math.floor((this.clock.now().getTime() + expiresInDays * DAY_MS) / 1000) * 1000);
    const { token, jti } = await this.signer.sign(TokenKind.invite, { subject: access.workspaceId, expiresAt, claims: {} });
    return this.database.inTransaction(async (tx) => {
      const { workspaceId } = access;
      const invite = await this.invites.insert(tx, {
        id,
        workspaceId,
        invitedBy: userId,
        jtiHash: tokenHash(jti),
        role,
        projectIds: projectIds ?? null,
        asMyself,
        note: note ?? null,
        expiresAt,
      });
      await this.events.append(tx, { kind: EventKind.inviteCreated, workspaceId, actor: await this.workspaces.actorOf(tx, access), payload: { inviteId: id, role, asMyself } });
      return ok({ invite: viewOf(invite, await databaseNow(tx)), token, command: `maestro auth ${token}` });
    });
  }

  async list(access: Access, { cursor, limit }: PageQuery): Promise<Result<InvitePage>> {
    const after = readCursor(Keys, cursor);
    if (!after.ok) return after;
    return this.database.read(async (reader) => {
      const page = toPage(await this.invites.list(reader, access.workspaceId, after.value?.id, limit + 1), limit, ({ id }) => ({ id }));
      const now = await databaseNow(reader);
      return ok({ data: page.data.map((invite) => viewOf(invite, now)), nextCursor: page.nextCursor });
    });
  }

  async revoke(access: Access, inviteId: string): Promise<Result<void>> {
    return this.database.inTransaction(async (tx) => {
      const { workspaceId } = access;
      if (!(await this.invites.revoke(tx, workspaceId, inviteId))) return refuse('not_found', 'invite_not_found', 'There is no such open invite. A used one cannot be withdrawn: remove the member instead.');
      await this.events.append(tx, { kind: EventKind.inviteRevoked, workspaceId, actor: await this.workspaces.actorOf(tx, access), payload: { inviteId } });
      return ok();
    });
  }

  /** Turns an invite into an identity and its first pair of tokens, exactly once. */
  async redeem({ token, name, machine }: z.output<typeof RedeemInvite>): Promise<Result<Redeemed>> {
    const verified = await this.signer.verify(TokenKind.invite, token);
    if (verified === 'expired') return refuse('gone', 'invite_expired', 'This invite has expired. Ask whoever sent it for a new one.');
    if (verified === 'invalid') return refuse('unauthenticated', 'invite_invalid', 'This is not an invite of this studio. Check that it was copied whole and is used at the address it names.');
    const redeemed = await this.database.inTransaction(async (tx) => {
      const invite = await this.invites.lockByJti(tx, tokenHash(verified.jti));
      if (invite === undefined) return refuse('gone', 'invite_revoked', 'This invite is not known any more. Ask whoever sent it for a new one.');
      const refused = refuseRedeem(standingOf(invite, await databaseNow(tx)));
      if (refused !== undefined) return refused;
      const user = invite.asMyself ? await this.inviter(tx, invite) : await this.newMember(tx, invite, name ?? machine?.name ?? 'a machine');
      if (!user.ok) return user;
      await this.invites.markUsed(tx, invite.id, user.value.id);
      return ok(await this.welcome(tx, invite, user.value, machine?.name ?? null));
    });
    if (!redeemed.ok) return redeemed;
    const { grant, ...rest } = redeemed.value;
    return ok({ ...rest, tokens: await this.grants.tokensOf(grant) });
  }

  private async welcome(tx: Tx, { workspaceId, projectIds }: InviteRecord, user: UserView, label: string | null) {
    const membership = await this.members.membershipIn(tx, user.id, workspaceId);
    if (membership === undefined) throw new Error('invites.not_a_member: the redeemer has just become one');
    return {
      user,
      membership,
      grant: await this.grants.open(tx, { userId: user.id, workspaceId, projectIds, label }),
      projects: [...(await this.projects.list(tx, workspaceId, projectIds))],
    };
  }

  /** The machine acts as whoever invited it, if they still belong. */
  private async inviter(tx: Tx, { invitedBy, workspaceId }: InviteRecord): Promise<Result<UserView>> {
    const user = await this.accounts.findUser(tx, invitedBy);
    const membership = user && (await this.members.membershipIn(tx, user.id, workspaceId));
    if (user === undefined || membership === undefined) return refuse('gone', 'invite_revoked', 'Whoever sent this invite has left the workspace. Ask somebody else for a new one.');
    return ok(user);
  }

  private async newMember(tx: Tx, { workspaceId, role }: InviteRecord, name: string): Promise<Result<UserView>> {
    const user = await this.accounts.createUser(tx, { name, email: null, isOperator: false });
    if (user.ok) await this.members.join(tx, workspaceId, user.value, [role], { type: 'user', id: user.value.id, name });
    return user;
  }
}

function viewOf(invite: InviteRecord, now: Date): InviteView {
  const { id, role, projectIds, asMyself, note, invitedBy, createdAt, expiresAt } = invite;
  const times = { createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() };
  return { id, role, projectIds, asMyself, note, invitedBy, ...times, state: standingOf(invite, now) } as InviteView;
}
