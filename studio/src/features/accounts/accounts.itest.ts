import type { MeView, Redeemed, SignInLink, TokenPair, UserView } from '@maestro/protocol';
import { EncryptJWT, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { SecretKey, TokenKind, TokenSigner } from '../../platform/crypto/index.js';
import { describeStudioOnBoth, TestClient } from '../../test-support/index.js';
import { InvitesModule } from '../invites/index.js';

interface Refusal {
  readonly code: string;
}

const OWNER = { name: 'Olga', email: 'Olga@Example.com', password: 'correct horse battery' };
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const SECOND = 1_000;
const MINUTE = 60_000;
const DAY = 86_400_000;

describeStudioOnBoth('Accounts', (studio) => {
  describe('first run', () => {
    it('makes one owner, also when two try at once', async () => {
      expect((await studio.client.get('setup')).body).toEqual({ needed: true });
      const answers = await Promise.all([studio.client.post<Refusal>('setup', OWNER), studio.client.post<Refusal>('setup', { ...OWNER, email: 'other@example.com' })]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
      expect(answers.find(({ status }) => status === 409)?.body.code).toBe('already_set_up');
      expect((await studio.client.get('setup')).body).toEqual({ needed: false });
    });

    it('asks who comes through a proxy for the link that was printed', async () => {
      const proxied = { 'x-forwarded-for': '203.0.113.9' };
      expect(await studio.client.post<Refusal>('setup', OWNER, proxied)).toMatchObject({ status: 403, body: { code: 'setup_link_needed' } });
      const { AccountsService } = await import('./index.js');
      const { url } = await studio.app.get(AccountsService).createSetupLink();
      const token = new URL(url).hash.slice(1);
      expect(await studio.client.post('setup', { ...OWNER, token: `${token.slice(1)}x` }, proxied)).toMatchObject({ status: 403 });
      expect(await studio.client.post('setup', { ...OWNER, token }, proxied)).toMatchObject({ status: 201 });
    });

    it('refuses a short password and says where', async () => {
      expect(await studio.client.post('setup', { ...OWNER, password: 'short' })).toMatchObject({ status: 400, body: { code: 'invalid_request', issues: [{ path: 'password' }] } });
    });
  });

  describe('a browser', () => {
    it('signs in, is known, and signs out', async () => {
      await studio.owner();
      const signedIn = await studio.client.post<UserView>('auth/login', { email: 'OLGA@example.com', password: 'correct horse battery' });
      expect(signedIn).toMatchObject({ status: 200, body: { email: 'olga@example.com', isOperator: true } });
      expect(signedIn.headers.get('set-cookie')).toMatch(/^maestro_\d+=[\w-]{43}; Path=\/; Expires=.*; HttpOnly; SameSite=Lax$/);
      const browser = studio.client.signedInBy(signedIn);
      expect(await browser.get<MeView>('me')).toMatchObject({ status: 200, body: { memberships: [{ workspaceSlug: 'acme', roles: ['owner'] }] } });
      expect((await browser.post('auth/logout')).status).toBe(204);
      expect((await browser.get('me')).status).toBe(401);
    });

    it('learns nothing from a wrong password that it would not learn from a wrong address', async () => {
      await studio.owner();
      const [wrong, unknown] = await Promise.all(
        ['olga@example.com', 'nobody@example.com'].map((email) => studio.client.post<Record<string, unknown>>('auth/login', { email, password: 'not the password' })),
      );
      const { requestId: _, ...problem } = wrong!.body;
      expect(wrong!.status).toBe(401);
      expect(unknown!.body).toMatchObject(problem);
    });

    it('keeps no token in the database', async () => {
      const { client } = await studio.owner();
      const token = client.credential.cookie!.split('=')[1]!;
      const [row] = await studio.query<{ found: boolean }>(`select exists (select from web_sessions where position(convert_to($1, 'UTF8') in token_hash) > 0) as found`, [token]);
      expect(row?.found).toBe(false);
    });

    it('is signed out when its session has expired or its user is disabled', async () => {
      const { client, user } = await studio.owner();
      await studio.query(`update users set disabled_at = now() where id = $1`, [user.id]);
      expect((await client.get('me')).status).toBe(401);
      await studio.query(`update users set disabled_at = null`);
      expect((await client.get('me')).status).toBe(200);
      await studio.query(`update web_sessions set expires_at = now()`);
      expect((await client.get('me')).status).toBe(401);
    });

    it('must send the CSRF header and come from a page of the studio', async () => {
      const { client } = await studio.owner();
      const { cookie } = client.credential;
      const forged = new TestClient(studio.url);
      expect(await forged.post<Refusal>('workspaces', { name: 'Forged' }, { cookie: cookie! })).toMatchObject({ status: 403, body: { code: 'csrf_header_missing' } });
      for (const origin of ['https://evil.example', 'null', studio.url.replace(/\d+$/, '1')]) {
        expect(await client.post<Refusal>('workspaces', { name: 'Forged' }, { origin }), origin).toMatchObject({ status: 403, body: { code: 'origin_refused' } });
      }
      expect(await studio.client.post<Refusal>('auth/login', { email: 'olga@example.com', password: 'correct horse battery' }, { origin: 'https://evil.example' })).toMatchObject({ status: 403 });
      expect((await client.post('workspaces', { name: 'Real' }, { origin: studio.url })).status).toBe(201);
    });
  });

  describe('a sign-in link', () => {
    it('signs in once, and only an operator makes one', async () => {
      const owner = await studio.owner();
      const { redeemed, client: machine } = await studio.machine(owner, 'admin');
      expect((await machine.post('auth/links', { userId: owner.user.id })).status).toBe(403);
      const link = await owner.client.post<SignInLink>('auth/links', { userId: redeemed.user.id });
      expect(link.status).toBe(201);
      const path = new URL(link.body.url).pathname;
      const used = await Promise.all([studio.client.get(path), studio.client.get(path)]);
      expect(used.map(({ status }) => status).toSorted()).toEqual([303, 410]);
      const entered = used.find(({ status }) => status === 303)!;
      expect(entered.headers.get('location')).toBe('/');
      expect(await studio.client.signedInBy(entered).get<MeView>('me')).toMatchObject({ body: { user: { id: redeemed.user.id } } });
      expect(studio.log).not.toContain(path.split('/').at(-1));
    });

    it('grows too old', async () => {
      const owner = await studio.owner();
      const link = await owner.client.post<SignInLink>('auth/links', { userId: owner.user.id });
      await studio.query('update sign_in_links set expires_at = now()');
      expect((await studio.client.get(new URL(link.body.url).pathname)).status).toBe(410);
    });
  });

  describe('refreshing', () => {
    const refresh = (refreshToken: string) => studio.client.post<TokenPair & Refusal>('auth/refresh', { refreshToken });
    const bearer = (accessToken: string) => new TestClient(studio.url, { bearer: accessToken });

    it('gives the next pair, and each token is good once', async () => {
      const { redeemed } = await studio.machine(await studio.owner(), 'developer');
      const first = await refresh(redeemed.tokens.refreshToken);
      expect(first.status).toBe(200);
      expect(first.body.refreshToken).not.toBe(redeemed.tokens.refreshToken);
      const second = await refresh(first.body.refreshToken);
      expect(second.status).toBe(200);
      expect((await bearer(second.body.accessToken).get('me')).status).toBe(200);
    });

    it('gives eight that come at once the same successor', async () => {
      const { redeemed } = await studio.machine(await studio.owner(), 'developer');
      const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(redeemed.tokens.refreshToken)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(new Set(answers.map(({ body }) => body.refreshToken)).size).toBe(1);
      const [family] = await studio.query<{ generation: number }>('select generation from refresh_families');
      expect(family?.generation).toBe(1);
      expect((await refresh(answers[0]!.body.refreshToken)).status).toBe(200);
    });

    it('takes the one before the current for stolen once the grace is over, and ends the family at once', async () => {
      const { redeemed, client } = await studio.machine(await studio.owner(), 'developer');
      const next = await refresh(redeemed.tokens.refreshToken);
      await studio.query(`update refresh_families set rotated_at = rotated_at - interval '11 seconds'`);
      expect(await refresh(redeemed.tokens.refreshToken)).toMatchObject({ status: 401, body: { code: 'refresh_token_invalid' } });
      expect((await refresh(next.body.refreshToken)).status).toBe(401);
      expect((await client.get('me')).status).toBe(401);
      expect(await studio.query('select kind, payload from events where kind = $1', ['account/revoked'])).toMatchObject([{ payload: { reason: 'reuse' } }]);
    });

    it('takes the one before that for stolen also within the grace', async () => {
      const { redeemed } = await studio.machine(await studio.owner(), 'developer');
      const next = await refresh(redeemed.tokens.refreshToken);
      const current = await refresh(next.body.refreshToken);
      expect((await refresh(redeemed.tokens.refreshToken)).status).toBe(401);
      expect((await refresh(current.body.refreshToken)).status).toBe(401);
    });

    it('refuses a token that was made up, changed, or is another kind', async () => {
      const { redeemed } = await studio.machine(await studio.owner(), 'developer');
      const { refreshToken, accessToken } = redeemed.tokens;
      const [, prefix, family, mac] = /^(mrt)_([0-9a-f]{32})_0_(.{43})$/.exec(refreshToken) as unknown as [string, string, string, string];
      const renumbered = [`${prefix}_${family}_1_${mac}`, `${prefix}_${family}_00_${mac}`, `${prefix}_${'0'.repeat(32)}_0_${mac}`];
      // 43 letters hold 258 bits, a MAC 256: of the last letter's 64, four decode to the same bytes, and only one is the token.
      const ended = [...BASE64URL].map((letter) => refreshToken.slice(0, -1) + letter).filter((token) => token !== refreshToken);
      for (const forged of [...renumbered, ...ended, accessToken, 'mrt_']) {
        expect((await refresh(forged)).status, forged).toBe(401);
      }
      expect((await refresh(refreshToken)).status).toBe(200);
    });

    it('ends when it was not done for thirty days', async () => {
      const { redeemed } = await studio.machine(await studio.owner(), 'developer');
      await studio.query('update refresh_families set expires_at = now()');
      expect((await refresh(redeemed.tokens.refreshToken)).status).toBe(401);
    });

    it('ends when the machine signs out', async () => {
      const { redeemed, client } = await studio.machine(await studio.owner(), 'developer');
      expect((await client.post('auth/logout')).status).toBe(204);
      expect((await refresh(redeemed.tokens.refreshToken)).status).toBe(401);
      expect((await client.get('me')).status).toBe(401);
    });
  });

  describe('an access token', () => {
    const me = (token: string) => new TestClient(studio.url, { bearer: token }).get<Refusal>('me');

    it('lasts fifteen minutes', async () => {
      const { redeemed } = await studio.machine(await studio.owner(), 'developer');
      try {
        studio.shiftClock(14 * MINUTE);
        expect((await me(redeemed.tokens.accessToken)).status).toBe(200);
        studio.shiftClock(2 * MINUTE);
        expect(await me(redeemed.tokens.accessToken)).toMatchObject({ status: 401, body: { code: 'token_expired' } });
      } finally {
        studio.shiftClock(-16 * MINUTE);
      }
    });

    it('is taken for as long past its end as two clocks may be apart, and not a second longer', async () => {
      const { redeemed } = await studio.machine(await studio.owner(), 'developer');
      const { accessToken, accessTokenExpiresAt } = redeemed.tokens;
      const past = (seconds: number) => studio.atMoment(new Date(Date.parse(accessTokenExpiresAt) + seconds * SECOND), () => me(accessToken));
      expect((await past(1)).status).toBe(200);
      expect((await past(29)).status).toBe(200);
      expect(await past(30)).toMatchObject({ status: 401, body: { code: 'token_expired' } });
    });

    it('is nothing that was signed otherwise, for something else, or for ever', async () => {
      const { redeemed } = await studio.machine(await studio.owner(), 'developer');
      for (const [name, token] of await forgeries(redeemed, studio.app.get(SecretKey), studio.url)) {
        const answer = await me(token);
        expect([name, answer.status, answer.body.code]).toEqual([name, 401, 'token_invalid']);
      }
    });

    it('is not read from a URL, and stands in no log', async () => {
      const { redeemed } = await studio.machine(await studio.owner(), 'developer');
      const { accessToken, refreshToken } = redeemed.tokens;
      expect((await studio.client.get(`me?access_token=${accessToken}`)).status).toBe(401);
      expect((await me(accessToken)).status).toBe(200);
      for (const secret of [accessToken, refreshToken]) expect(studio.log).not.toContain(secret);
    });
  });
}, { highestFeature: InvitesModule });

/** Tokens that a verifier with a hole would take: by algorithm, by header, by kind, by time. */
async function forgeries({ tokens, user }: Redeemed, secret: SecretKey, issuer: string): Promise<readonly (readonly [name: string, token: string])[]> {
  const { privateKey, publicKey } = secret.signingKeys('tokens/ed25519/1');
  const [, body = ''] = tokens.accessToken.split('.');
  const payload = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
  const { typ } = TokenKind.access;
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const sign = (claims: Record<string, unknown>, header: Record<string, unknown> = {}) =>
    new SignJWT({ ...payload, ...claims }).setProtectedHeader({ alg: 'EdDSA', typ, ...header }).sign(privateKey);
  const publicBytes = Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }));
  const seconds = Math.floor(Date.now() / 1000);
  const other = new SecretKey('another installation, another secret').signingKeys('tokens/ed25519/1');
  const clock = { now: () => new Date() };
  const invite = await new TokenSigner(secret, { value: issuer } as never, clock).sign(TokenKind.invite, { subject: user.id, expiresAt: new Date(Date.now() + DAY), claims: payload });
  return [
    ['alg none', new UnsecuredJWT(payload).encode()],
    ['alg none, our typ', `${part({ alg: 'none', typ })}.${body}.`],
    ['HS256 with the public key as secret', await new SignJWT(payload).setProtectedHeader({ alg: 'HS256', typ }).sign(publicBytes)],
    ['encrypted', await new EncryptJWT(payload).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(secret.derive('x'))],
    ['signed by another installation', await new SignJWT(payload).setProtectedHeader({ alg: 'EdDSA', typ }).sign(other.privateKey)],
    ['naming its own key', await new SignJWT(payload).setProtectedHeader({ alg: 'EdDSA', typ, jwk: other.publicKey.export({ format: 'jwk' }) as never, kid: '../../dev/null', jku: 'http://127.0.0.1/keys' }).sign(other.privateKey)],
    ['an invite', invite.token],
    ['typ JWT', await sign({}, { typ: 'JWT' })],
    ['another audience', await sign({ aud: 'maestro:invite' })],
    ['another issuer', await sign({ iss: 'http://127.0.0.1:1' })],
    ['another subject', await sign({ sub: '01890000-0000-7000-8000-000000000000' })],
    ['no such grant', await sign({ grant: '01890000-0000-7000-8000-000000000000' })],
    ['no grant', await sign({ grant: undefined })],
    ['no expiry', await sign({ exp: undefined })],
    ['huge expiry', await sign({ exp: seconds + 10 * 365 * 86_400 })],
    ['not yet valid', await sign({ nbf: seconds + 3_600 })],
    ['a refresh token', tokens.refreshToken],
    ['changed payload', tokens.accessToken.replace(body, part({ ...payload, sub: '01890000-0000-7000-8000-000000000000' }))],
    ['garbage', 'a.b.c'],
  ];
}
