import type { MemberPage, MemberView, SkillView, WorkspacePage, WorkspaceView } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { describeStudioOnBoth } from '../../test-support/index.js';
import { InvitesModule } from '../invites/index.js';

interface Refusal {
  readonly code: string;
}

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
}, { highestFeature: InvitesModule });
