import type { CreatedInvite, InvitePage, MemberPage, MemberView, Redeemed, SkillView, WorkspacePage, WorkspaceView } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { describeStudioOnBoth } from '../../test-support/index.js';
import { WorkspacesModule } from './index.js';

interface Refusal {
  readonly code: string;
}

const DAY = 86_400_000;

describeStudioOnBoth('Workspaces', (studio) => {
  it('are made by operators and admins, with a slug of their own, and their maker owns them', async () => {
    const owner = await studio.owner();
    const again = await owner.client.post<WorkspaceView>('workspaces', { name: 'Acme' });
    expect(again).toMatchObject({ status: 201, body: { slug: 'acme-2', name: 'Acme' } });
    expect(await owner.client.post<Refusal>('workspaces', { name: 'x', slug: 'acme' })).toMatchObject({ status: 409, body: { code: 'slug_taken' } });
    expect(await owner.client.post<Refusal>('workspaces', { name: 'x', slug: 'Not A Slug' })).toMatchObject({ status: 400, body: { issues: [{ path: 'slug' }] } });
    expect(await owner.client.get<MemberPage>(`workspaces/${again.body.id}/members`)).toMatchObject({ body: { data: [{ name: 'Olga Owner', roles: ['owner'] }] } });
    const { client: machine } = await studio.machine(owner, 'admin');
    expect((await machine.post('workspaces', { name: 'From a token' })).status).toBe(403);
  });

  it('are listed page by page, one\'s own only', async () => {
    const owner = await studio.owner();
    for (const name of ['Delta', 'Beta', 'Chi']) await studio.workspace(owner.client, name);
    const first = await owner.client.get<WorkspacePage>('workspaces?limit=3');
    expect(first.body.data.map(({ name }) => name)).toEqual(['Acme', 'Beta', 'Chi']);
    const second = await owner.client.get<WorkspacePage>(`workspaces?limit=3&cursor=${first.body.nextCursor}`);
    expect(second.body).toMatchObject({ data: [{ name: 'Delta' }], nextCursor: null });
    const { client: machine } = await studio.machine(owner, 'viewer');
    expect((await machine.get<WorkspacePage>('workspaces')).body.data.map(({ name }) => name)).toEqual(['Acme']);
    expect((await owner.client.get<Refusal>('workspaces?cursor=nonsense')).body.code).toBe('cursor_invalid');
  });

  it('can be renamed by who may, and every change is an event', async () => {
    const owner = await studio.owner();
    const { client: viewer } = await studio.machine(owner, 'viewer');
    expect(await viewer.patch<Refusal>(`workspaces/${owner.workspace.id}`, { name: 'Mine' })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await owner.client.patch(`workspaces/${owner.workspace.id}`, { name: 'Acme & Co' })).toMatchObject({ status: 200, body: { name: 'Acme & Co', slug: 'acme' } });
    const kinds = (await studio.query<{ kind: string }>('select kind from events order by txid, seq')).map(({ kind }) => kind);
    expect(kinds).toEqual(['workspace/created', 'member/joined', 'invite/created', 'member/joined', 'workspace/updated']);
  });

  describe('an invite', () => {
    it('is redeemed exactly once, also by fifty at a time', async () => {
      const owner = await studio.owner();
      const created = await owner.client.post<CreatedInvite>(`workspaces/${owner.workspace.id}/invites`, { role: 'developer', note: 'build box' });
      expect(created.body.command).toBe(`maestro auth ${created.body.token}`);
      const answers = await Promise.all(Array.from({ length: 50 }, () => studio.client.post<Redeemed & Refusal>('auth/redeem', { token: created.body.token, name: 'build box' })));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ status, body }) => status === 409 && body.code === 'invite_used')).toHaveLength(49);
      const redeemed = answers.find(({ status }) => status === 200)!.body;
      expect(redeemed).toMatchObject({ user: { name: 'build box', isOperator: false }, membership: { roles: ['developer'], workspaceSlug: 'acme' }, projects: [] });
      const lifetime = Date.parse(redeemed.tokens.accessTokenExpiresAt) - Date.now();
      expect(lifetime).toBeGreaterThan(14 * 60_000);
      expect(lifetime).toBeLessThanOrEqual(15 * 60_000);
      expect((await studio.query('select from users')).length).toBe(2);
    });

    it('can make a machine act as whoever invited it, as long as they belong', async () => {
      const owner = await studio.owner();
      const { redeemed } = await studio.machine(owner, 'viewer', { asMyself: true });
      expect(redeemed).toMatchObject({ user: { id: owner.user.id }, membership: { roles: ['owner'] } });

      const admin = await studio.machine(owner, 'admin');
      const invite = await admin.client.post<CreatedInvite>(`workspaces/${owner.workspace.id}/invites`, { role: 'viewer', asMyself: true });
      await owner.client.delete(`workspaces/${owner.workspace.id}/members/${admin.redeemed.membership.memberId}`);
      expect(await studio.client.post<Refusal>('auth/redeem', { token: invite.body.token })).toMatchObject({ status: 410, body: { code: 'invite_revoked' } });
    });

    it('expires, by its own word and by the database\'s', async () => {
      const owner = await studio.owner();
      const { body } = await owner.client.post<CreatedInvite>(`workspaces/${owner.workspace.id}/invites`, { role: 'developer' });
      expect(Date.parse(body.invite.expiresAt) - Date.now()).toBeGreaterThan(6.9 * DAY);
      await studio.query('update invites set expires_at = now()');
      expect(await studio.client.post<Refusal>('auth/redeem', { token: body.token })).toMatchObject({ status: 410, body: { code: 'invite_expired' } });
      await studio.query(`update invites set expires_at = now() + interval '30 days'`);
      try {
        studio.shiftClock(8 * DAY);
        expect(await studio.client.post<Refusal>('auth/redeem', { token: body.token })).toMatchObject({ status: 410, body: { code: 'invite_expired' } });
      } finally {
        studio.shiftClock(-8 * DAY);
      }
    });

    it('can be withdrawn until it is used', async () => {
      const owner = await studio.owner();
      const invites = `workspaces/${owner.workspace.id}/invites`;
      const { body } = await owner.client.post<CreatedInvite>(invites, { role: 'developer' });
      expect((await owner.client.delete(`${invites}/${body.invite.id}`)).status).toBe(204);
      expect(await studio.client.post<Refusal>('auth/redeem', { token: body.token })).toMatchObject({ status: 410, body: { code: 'invite_revoked' } });
      expect((await owner.client.delete(`${invites}/${body.invite.id}`)).status).toBe(404);
      expect((await owner.client.get<InvitePage>(invites)).body).toMatchObject({ data: [{ state: 'revoked' }], nextCursor: null });
    });

    it('is no other token, and no token of another studio', async () => {
      const owner = await studio.owner();
      const { redeemed } = await studio.machine(owner, 'developer');
      for (const token of [redeemed.tokens.accessToken, redeemed.tokens.refreshToken, 'x']) {
        expect(await studio.client.post<Refusal>('auth/redeem', { token })).toMatchObject({ status: 401, body: { code: 'invite_invalid' } });
      }
    });

    it('stands nowhere in the database, also when its answer would be kept for an Idempotency-Key', async () => {
      const owner = await studio.owner();
      const once = { 'idempotency-key': 'one-invite' };
      const { body } = await owner.client.post<CreatedInvite>(`workspaces/${owner.workspace.id}/invites`, { role: 'developer' }, once);
      const again = await owner.client.post<Refusal>(`workspaces/${owner.workspace.id}/invites`, { role: 'developer' }, once);
      expect(again).toMatchObject({ status: 409, body: { code: 'answer_not_kept' } });
      const [found] = await studio.query<{ dump: string }>(
        `select (select json_agg(i) from invites i)::text || (select json_agg(k) from idempotency_keys k)::text || (select json_agg(e) from events e)::text as dump`,
      );
      expect(found?.dump).toContain('one-invite');
      expect(found?.dump).not.toContain(body.token.split('.')[2]);
      expect(studio.log).not.toContain(body.token);
    });

    it('for an owner is made by owners only', async () => {
      const owner = await studio.owner();
      const { client: admin } = await studio.machine(owner, 'admin');
      expect(await admin.post<Refusal>(`workspaces/${owner.workspace.id}/invites`, { role: 'owner' })).toMatchObject({ status: 403, body: { code: 'owner_needed' } });
      expect((await admin.post(`workspaces/${owner.workspace.id}/invites`, { role: 'admin' })).status).toBe(201);
    });
  });

  describe('members', () => {
    it('change roles, but the last owner stays one', async () => {
      const owner = await studio.owner();
      const members = `workspaces/${owner.workspace.id}/members`;
      const { redeemed, client: machine } = await studio.machine(owner, 'viewer');
      const { memberId } = redeemed.membership;
      expect((await machine.post(`${members}`, { userId: owner.user.id, roles: ['viewer'] })).status).toBe(403);
      expect(await owner.client.patch(`${members}/${memberId}`, { roles: ['admin', 'architect', 'admin'] })).toMatchObject({ status: 200 });
      const own = (await owner.client.get<MemberPage>(members)).body.data.find(({ userId }) => userId === owner.user.id)!;
      expect(await machine.patch<Refusal>(`${members}/${own.id}`, { roles: ['viewer'] })).toMatchObject({ status: 403, body: { code: 'owner_needed' } });
      expect(await owner.client.patch<Refusal>(`${members}/${own.id}`, { roles: ['viewer'] })).toMatchObject({ status: 409, body: { code: 'last_owner' } });
      expect(await owner.client.delete<Refusal>(`${members}/${own.id}`)).toMatchObject({ status: 409, body: { code: 'last_owner' } });
      expect((await owner.client.patch(`${members}/${memberId}`, { roles: ['owner'] })).status).toBe(200);
      expect((await owner.client.delete(`${members}/${own.id}`)).status).toBe(204);
    });

    it('lose every way in when they are removed, and keep their identity when they come back', async () => {
      const owner = await studio.owner();
      const members = `workspaces/${owner.workspace.id}/members`;
      const { redeemed, client } = await studio.machine(owner, 'developer');
      expect((await owner.client.delete(`${members}/${redeemed.membership.memberId}`)).status).toBe(204);
      expect((await client.get('me')).status).toBe(401);
      expect((await studio.client.post('auth/refresh', { refreshToken: redeemed.tokens.refreshToken })).status).toBe(401);
      const back = await owner.client.post<MemberView>(members, { userId: redeemed.user.id, roles: ['viewer'] });
      expect(back).toMatchObject({ status: 201, body: { id: redeemed.membership.memberId, roles: ['viewer'] } });
      expect(await owner.client.post<Refusal>(members, { userId: redeemed.user.id, roles: ['viewer'] })).toMatchObject({ status: 409, body: { code: 'already_member' } });
    });
  });

  describe('skills', () => {
    it('are made by admins and set by members, as a level or a percentage', async () => {
      const owner = await studio.owner();
      const skills = `workspaces/${owner.workspace.id}/skills`;
      const { client: machine } = await studio.machine(owner, 'developer');
      expect((await machine.post(skills, { slug: 'go', name: 'Go' })).status).toBe(403);
      for (const slug of ['typescript', 'c++']) expect((await owner.client.post(skills, { slug, name: slug.toUpperCase(), colour: '#1f6feb' })).status).toBe(201);
      expect(await owner.client.post<Refusal>(skills, { slug: 'c++', name: 'again' })).toMatchObject({ status: 409, body: { code: 'slug_taken' } });

      const workspaceId = owner.workspace.id;
      const set = (settings: unknown) => machine.post<MemberView & Refusal>('me/skills', { workspaceId, skills: settings });
      expect(await set([{ skill: 'typescript', proficiency: '80%' }, { skill: 'c++' }])).toMatchObject({
        status: 200,
        body: { skills: [{ slug: 'c++', proficiency: 3 }, { slug: 'typescript', proficiency: 4 }] },
      });
      expect((await set([{ skill: 'c++', proficiency: null }])).body.skills).toMatchObject([{ slug: 'typescript' }]);
      expect(await set([{ skill: 'cobol', proficiency: 2 }])).toMatchObject({ status: 422, body: { code: 'skills_unknown', details: { unknown: ['cobol'] } } });
      expect(await set([{ skill: 'typescript', proficiency: 80 }])).toMatchObject({ status: 400, body: { issues: [{ path: 'skills[0].proficiency' }] } });
      expect((await set([{ skill: 'x; rm', proficiency: 2 }])).status).toBe(400);
    });

    it('change their name and colour, within their workspace', async () => {
      const owner = await studio.owner();
      const other = await studio.workspace(owner.client, 'Other');
      const { body: skill } = await owner.client.post<SkillView>(`workspaces/${owner.workspace.id}/skills`, { slug: 'go', name: 'Go' });
      expect((await owner.client.patch(`workspaces/${other.id}/skills/${skill.id}`, { name: 'Stolen' })).status).toBe(404);
      expect(await owner.client.patch(`workspaces/${owner.workspace.id}/skills/${skill.id}`, { synonyms: ['golang'], colour: null })).toMatchObject({ status: 200, body: { name: 'Go', synonyms: ['golang'] } });
    });
  });
}, { highestFeature: WorkspacesModule });
