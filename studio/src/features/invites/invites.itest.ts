import type { CreatedInvite, InvitePage, Redeemed } from '@maestro/protocol';
import { expect, it } from 'vitest';
import { describeStudioOnBoth } from '../../test-support/index.js';
import { InvitesModule } from './index.js';

interface Refusal {
  readonly code: string;
}

const DAY = 86_400_000;

describeStudioOnBoth('An invite', (studio) => {
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
}, { highestFeature: InvitesModule });
