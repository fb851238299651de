import type { CreatedInvite, PolicyChanges, Problem, ProjectPage, ProjectView, Redeemed } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { describeStudioOnBoth, TestClient } from '../../test-support/index.js';
import type { TestOwner } from '../../test-support/index.js';
import { PlansModule } from '../plans/index.js';

const SHOP = { name: 'Shop', remote: 'https://github.com/acme/shop.git' };

describeStudioOnBoth(
  'Projects',
  (studio) => {
    const make = async (owner: TestOwner, body: object): Promise<ProjectView> => {
      const answer = await owner.client.post<ProjectView>(`workspaces/${owner.workspace.id}/projects`, body);
      expect(answer.status, JSON.stringify(answer.body)).toBe(201);
      return answer.body;
    };

    it('are made from an address, with a key and a whole policy', async () => {
      const owner = await studio.owner();
      const project = await make(owner, { ...SHOP, policy: { revisionCap: 5 } });
      expect(project).toMatchObject({
        workspaceId: owner.workspace.id,
        key: 'SHOP',
        provider: 'github',
        normalizedRemote: 'github:acme/shop',
        remote: { kind: 'url', url: 'https://github.com/acme/shop.git' },
        baseBranch: 'main',
        policy: { revisionCap: 5, repairCap: 3, concurrency: { project: 50, session: 4 } },
      });
      expect((await owner.client.get(`projects/${project.id}`)).body).toEqual(project);
      const events = await studio.query('select kind, actor, workspace_id as "workspaceId", payload from events where project_id = $1', [project.id]);
      expect(events).toMatchObject([{ kind: 'project/created', actor: { type: 'user', name: 'Olga Owner' }, workspaceId: owner.workspace.id, payload: { key: 'SHOP' } }]);
    });

    it('never keep the credentials of an address', async () => {
      const owner = await studio.owner();
      await make(owner, { name: 'Shop', remote: 'https://bob:hunter2@github.com/acme/shop.git' });
      const [row] = await studio.query<{ all: string }>('select (select string_agg(p::text, $1) from projects p) || (select string_agg(e::text, $1) from events e) as all', ['\n']);
      expect(row?.all).not.toContain('hunter2');
      expect(studio.log).not.toContain('hunter2');
    });

    it('are one per repository and key, whatever the spelling, also when several people make them at once', async () => {
      const owner = await studio.owner();
      const spellings = ['https://github.com/acme/shop', 'git@github.com:Acme/Shop.git', 'ssh://git@github.com:22/acme/shop.git/', 'https://x:y@GITHUB.com/acme/shop.git'];
      const answers = await Promise.all(spellings.map((remote) => owner.client.post<Problem>(`workspaces/${owner.workspace.id}/projects`, { name: 'Shop', remote })));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
      expect(answers.filter(({ status }) => status === 409).every(({ body }) => body.code === 'project_exists' && body.details?.['key'] === 'SHOP')).toBe(true);

      expect(await make(owner, { name: 'Shop', remote: '/srv/git/shop' })).toMatchObject({ key: 'SHOP2', provider: 'manual', remote: { kind: 'path', path: '/srv/git/shop' } });
      expect(await owner.client.post<Problem>(`workspaces/${owner.workspace.id}/projects`, { name: 'Other', remote: '/srv/other', key: 'SHOP' })).toMatchObject({ status: 409, body: { code: 'project_key_taken' } });
    });

    it.each([
      [{ name: 'X', remote: 'ext::sh -c id' }, 422, 'remote_invalid'],
      [{ name: 'X', remote: 'http://github.com/a/b' }, 422, 'remote_scheme'],
      [{ name: 'X', remote: 'https://git.acme.io/a/b' }, 422, 'provider_unknown'],
      [{ name: 'X', remote: '/srv/x', provider: 'github' }, 422, 'provider_mismatch'],
      [{ name: 'X', remote: '/srv/x', baseBranch: '--upload-pack=x' }, 422, 'branch_name_invalid'],
      [{ name: 'X', remote: '/srv/x', key: 'lower' }, 400, 'invalid_request'],
      [{ name: 'X', remote: '/srv/x', policy: { revisionCap: 99 } }, 400, 'invalid_request'],
      [{ name: 'X', remote: '/srv/x', policy: { noSuchKnob: 1 } }, 400, 'invalid_request'],
    ])('are refused: %j', async (body, status, code) => {
      const owner = await studio.owner();
      expect(await owner.client.post<Problem>(`workspaces/${owner.workspace.id}/projects`, body)).toMatchObject({ status, body: { code } });
    });

    it('change by the knob', async () => {
      const owner = await studio.owner();
      const { id } = await make(owner, { ...SHOP, policy: { revisionCap: 5 } });
      const patch = (policy: PolicyChanges, more: object = {}) => owner.client.patch<ProjectView>(`projects/${id}`, { policy, ...more });
      expect((await patch({ maxAttempts: 7 })).body.policy).toMatchObject({ revisionCap: 5, maxAttempts: 7, repairCap: 3 });
      expect((await patch({}, { name: 'The shop', baseBranch: 'trunk' })).body).toMatchObject({ name: 'The shop', baseBranch: 'trunk', policy: { revisionCap: 5, maxAttempts: 7 } });
      const updates = await studio.query<{ payload: { policy: unknown } }>(`select payload from events where project_id = $1 and kind = 'project/updated' order by txid, seq`, [id]);
      expect(updates.map(({ payload }) => payload.policy)).toEqual([{ maxAttempts: 7 }, {}]);
      await Promise.all([patch({ budget: { task: { runs: 20 } } }), patch({ budget: { plan: { usd: 5 } } })]);
      expect((await patch({})).body.policy.budget, 'both of two changes at once').toEqual({ task: { runs: 20 }, plan: { usd: 5 } });
    });

    describe('are found', () => {
      it('by any spelling of their address, in any of the caller\'s workspaces', async () => {
        const owner = await studio.owner();
        const shop = await make(owner, SHOP);
        const hosted = await make(owner, { name: 'Hosted', remote: 'https://git.acme.io:8443/web/shop.git', provider: 'gitea' });
        const beta = await studio.workspace(owner.client, 'Beta');
        const there = await make({ ...owner, workspace: beta }, { name: 'There', remote: '/srv/there' });
        await make({ ...owner, workspace: beta }, SHOP);
        const lookup = async (remote: string): Promise<string> => {
          const { body } = await owner.client.get<ProjectView & Pick<Problem, 'code'>>(`projects/lookup?remote=${encodeURIComponent(remote)}`);
          return body.id ?? body.code;
        };
        expect(await lookup('git@github.com:acme/shop.git')).toBe(shop.id);
        expect(await lookup('ssh://git@git.acme.io:2222/web/shop.git')).toBe(hosted.id);
        expect(await lookup('/srv/there/')).toBe(there.id);
        expect(await lookup('https://github.com/acme/other')).toBe('project_not_found');
        expect(await owner.client.get<Problem>('projects/lookup?remote=nonsense')).toMatchObject({ status: 422, body: { code: 'remote_invalid' } });
      });

      it('page by page', async () => {
        const owner = await studio.owner();
        for (const name of ['a', 'b', 'c']) await make(owner, { name, remote: `/srv/${name}` });
        const first = await owner.client.get<ProjectPage>(`workspaces/${owner.workspace.id}/projects?limit=2`);
        expect(first.body.data.map(({ name }) => name)).toEqual(['a', 'b']);
        const second = await owner.client.get<ProjectPage>(`workspaces/${owner.workspace.id}/projects?limit=2&cursor=${first.body.nextCursor}`);
        expect(second.body).toMatchObject({ data: [{ name: 'c' }], nextCursor: null });
      });

      it('by a machine only where its invite reaches', async () => {
        const owner = await studio.owner();
        const mine = await make(owner, SHOP);
        const other = await make(owner, { name: 'Other', remote: '/srv/other' });
        const invite = await owner.client.post<CreatedInvite>(`workspaces/${owner.workspace.id}/invites`, { role: 'developer', projectIds: [mine.id] });
        const { body } = await studio.client.post<Redeemed>('auth/redeem', { token: invite.body.token });
        expect(body.projects).toEqual([{ id: mine.id, key: 'SHOP', name: 'Shop', normalizedRemote: 'github:acme/shop' }]);
        const machine = new TestClient(studio.url, { bearer: body.tokens.accessToken });
        expect((await machine.get<ProjectPage>(`workspaces/${owner.workspace.id}/projects`)).body.data.map(({ id }) => id)).toEqual([mine.id]);
        expect((await machine.get('projects/lookup?remote=/srv/other')).status).toBe(404);
        expect(await machine.get('projects/lookup?remote=github:acme/shop')).toMatchObject({ status: 200, body: { id: mine.id } });
        expect((await machine.get(`projects/${other.id}`)).status).toBe(404);
        expect((await machine.get(`projects/${mine.id}`)).status).toBe(200);
      });
    });

    it('are for those whose role allows it, and do not exist for strangers', async () => {
      const owner = await studio.owner();
      const { id } = await make(owner, SHOP);
      const architect = await studio.machine(owner, 'architect');
      expect((await architect.client.post(`workspaces/${owner.workspace.id}/projects`, { name: 'Y', remote: '/srv/y' })).status).toBe(201);
      expect((await architect.client.patch(`projects/${id}`, { name: 'Z' })).status).toBe(403);
      const developer = await studio.machine(owner, 'developer');
      expect((await developer.client.post(`workspaces/${owner.workspace.id}/projects`, { name: 'Y', remote: '/srv/y' })).status).toBe(403);

      const beta = { ...owner, workspace: await studio.workspace(owner.client, 'Beta') };
      const stranger = await studio.machine(beta, 'admin');
      for (const answer of [await stranger.client.get<Problem>(`projects/${id}`), await stranger.client.patch<Problem>(`projects/${id}`, { name: 'Z' })]) {
        expect(answer).toMatchObject({ status: 404, body: { code: 'project_not_found' } });
      }
      expect((await studio.client.get(`projects/${id}`)).status).toBe(401);
    });
  },
  { highestFeature: PlansModule },
);
