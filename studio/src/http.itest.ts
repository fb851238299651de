import { connect } from 'node:net';
import { ok, Problem, refuse } from '@maestro/protocol';
import type { WorkspaceView } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { InvitesModule } from './features/invites/index.js';
import { describeStudioOnBoth, waitFor } from './test-support/index.js';
import { Database } from './platform/database/index.js';
import { execute } from './platform/database/repository-access.js';
import { IdempotencyRepository, Operations } from './platform/idempotency/index.js';

interface Refusal {
  readonly code: string;
}

describeStudioOnBoth(
  'HTTP',
  (studio) => {
    describe('says what is wrong as a problem document', () => {
      it.each([
        ['GET', 'nope', undefined, 404, 'route_not_found'],
        ['POST', 'auth/login', '{"email"', 400, 'request_unreadable'],
        ['POST', 'auth/login', { email: 'nobody' }, 400, 'invalid_request'],
        ['POST', 'auth/login', { email: 'a@b.co', password: 'x', isAdmin: true }, 400, 'invalid_request'],
        ['POST', 'auth/login', { email: 'a@b.co', password: 'x'.repeat(3 * 1024 * 1024) }, 413, 'body_too_large'],
        ['GET', 'workspaces/%zz', undefined, 400, 'request_unreadable'],
        ['POST', 'auth/login', { email: 'a@b.co', password: 'a\u0000b' }, 400, 'text_unstorable'],
        ['POST', 'auth/login', { email: 'a@b.co', password: '\ud800' }, 400, 'text_unstorable'],
        ['GET', 'me', undefined, 401, 'sign_in_needed'],
        ['POST', 'auth/refresh', { refreshToken: 'x' }, 401, 'refresh_token_invalid'],
      ])('%s %s', async (method, path, body, status, code) => {
        const answer = await studio.client.send(method, path, body);
        expect(answer).toMatchObject({ status, body: { status, code } });
        expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
        expect(Problem.parse(answer.body).requestId).toBe(answer.headers.get('x-request-id'));
      });

      it('names every field at once, and no more than twenty', async () => {
        const answer = await studio.client.post<{ issues: { path: string }[] }>('setup', { email: 'x', password: 'short' });
        expect(answer.body.issues.map(({ path }) => path).toSorted()).toEqual(['email', 'name', 'password']);
        const owner = await studio.owner();
        const skills = Array.from({ length: 200 }, () => ({ skill: '!', proficiency: 9 }));
        expect((await owner.client.post<{ issues: unknown[] }>('me/skills', { workspaceId: owner.workspace.id, skills })).body.issues).toHaveLength(20);
      });

      it('tells nobody why the studio broke, but the log', async () => {
        await studio.owner();
        await studio.query('alter table web_sessions rename to web_sessions_away');
        try {
          const answer = await studio.client.get<Problem>('me', { cookie: `maestro_${new URL(studio.url).port}=x` });
          expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
          expect(JSON.stringify(answer.body)).not.toMatch(/web_sessions|relation|at .*\.ts/);
          expect(studio.log).toContain(answer.body.requestId);
          expect(studio.log).toContain('web_sessions');
        } finally {
          await studio.query('alter table web_sessions_away rename to web_sessions');
        }
      });
    });

    it('keeps a caller\'s request id if it is harmless', async () => {
      expect((await studio.client.get('setup', { 'x-request-id': 'my-request-0001' })).headers.get('x-request-id')).toBe('my-request-0001');
      expect((await studio.client.get('setup', { 'x-request-id': 'a b' })).headers.get('x-request-id')).not.toBe('a b');
    });

    it('ignores keys that reach into prototypes, and survives deep JSON', async () => {
      const polluted = '{"__proto__": {"isOperator": true}, "constructor": {"prototype": {"x": 1}}, "name": "N", "email": "n@example.com", "password": "long enough to pass"}';
      // The keys are dropped before the schema looks.
      expect(await studio.client.post('setup', polluted)).toMatchObject({ status: 201, body: { name: 'N' } });
      expect(({} as Record<string, unknown>)['x']).toBeUndefined();
      expect(({} as Record<string, unknown>)['isOperator']).toBeUndefined();
      expect((await studio.client.post('auth/login', '['.repeat(10_000) + ']'.repeat(10_000))).status).toBe(400);
      expect((await studio.client.get('/healthz')).status).toBe(200);
    });

    it('sends headers that keep pages from running foreign scripts', async () => {
      const { headers } = await studio.client.get('setup');
      expect(headers.get('content-security-policy')).toContain("script-src 'self'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-powered-by')).toBeNull();
    });

    it('drops whoever opens a connection and sends two thousand headers', async () => {
      const socket = connect(Number(new URL(studio.url).port), '127.0.0.1');
      let answer = '';
      let closed = false;
      socket.on('data', (data: Buffer) => (answer += data.toString()));
      socket.on('close', () => (closed = true));
      socket.on('error', () => undefined);
      socket.write(`GET /healthz HTTP/1.1\r\nhost: x\r\n${Array.from({ length: 2_000 }, (_, n) => `x-${n}: ${'y'.repeat(20)}\r\n`).join('')}\r\n`);
      await waitFor('the connection to be closed', () => closed);
      expect(answer).toMatch(/^HTTP\/1\.1 431/);
    });

    describe('an Idempotency-Key', () => {
      const key = { 'idempotency-key': 'one' };
      const names = async () => (await studio.query<{ name: string }>('select name from workspaces order by created_at')).map(({ name }) => name);

      it('makes the same request twice one, with the first answer', async () => {
        const { client } = await studio.owner();
        const first = await client.post<WorkspaceView>('workspaces', { name: 'Once' }, key);
        const second = await client.post<WorkspaceView>('workspaces', { name: 'Once' }, key);
        expect(second).toMatchObject({ status: 201, body: first.body });
        expect(second.headers.get('idempotency-replayed')).toBe('true');
        expect(await names()).toEqual(['Acme', 'Once']);
      });

      it('makes ten at the same moment one', async () => {
        const { client } = await studio.owner();
        const answers = await Promise.all(Array.from({ length: 10 }, () => client.post<WorkspaceView & Refusal>('workspaces', { name: 'Once' }, key)));
        const others = answers.filter(({ status }) => status !== 201);
        expect(others.every(({ status, body }) => status === 409 && body.code === 'idempotency_in_progress')).toBe(true);
        expect(new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.id)).size).toBe(1);
        expect(await names()).toEqual(['Acme', 'Once']);
      });

      it('is refused for another request, and is each caller\'s own', async () => {
        const owner = await studio.owner();
        const { client: machine } = await studio.machine(owner, 'admin');
        await owner.client.post('workspaces', { name: 'Once' }, key);
        expect(await owner.client.post<Refusal>('workspaces', { name: 'Twice' }, key)).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
        expect((await machine.post(`workspaces/${owner.workspace.id}/skills`, { slug: 'go', name: 'Go' }, key)).status).toBe(201);
        expect((await owner.client.post('workspaces', { name: 'x' }, { 'idempotency-key': 'a\tb' })).status).toBe(400);
      });

      it('may be tried again after a refusal, which had no effect', async () => {
        const { client } = await studio.owner();
        const skills = `workspaces/${(await studio.workspace(client, 'Other')).id}/skills`;
        expect((await client.post(skills, { slug: 'NOT', name: 'x' }, key)).status).toBe(400);
        expect((await client.post(skills, { slug: 'go', name: 'Go' }, key)).status).toBe(201);
        expect((await client.post(skills, { slug: 'go', name: 'Go' }, { 'idempotency-key': 'two' })).status).toBe(409);
        expect((await client.post(skills, { slug: 'go', name: 'Go' }, { 'idempotency-key': 'two' })).status).toBe(409);
      });

      it('is safe when the process died before the effect, and after it', async () => {
        const { client } = await studio.owner();
        const aMinuteAgo = `update idempotency_keys set status = null, response = null, claimed_at = now() - interval '61 seconds'`;
        await client.post('workspaces', { name: 'Once' }, key);
        await studio.query(aMinuteAgo);
        expect(await client.post<Refusal>('workspaces', { name: 'Once' }, key)).toMatchObject({ status: 409, body: { code: 'answer_lost' } });
        await studio.query(`${aMinuteAgo}, effect_at = null`);
        expect((await client.post('workspaces', { name: 'Once' }, key)).status).toBe(201);
        expect(await names()).toEqual(['Acme', 'Once', 'Once']);
      });

      it('fences a request whose key was taken over while it was still running', async () => {
        const { client } = await studio.owner();
        await client.post('workspaces', { name: 'Once' }, key);
        const keys = studio.app.get(IdempotencyRepository);
        const [row] = await studio.query<{ scope: string }>('select scope from idempotency_keys');
        const stale = { scope: row!.scope, key: 'one', claim: '01890000-0000-7000-8000-000000000000' };
        expect(await studio.app.get(Database).inTransaction((tx) => keys.markEffect(tx, stale))).toBe(false);
      });
    });

    describe('an opId', () => {
      const operation = { scope: 'session:1', opId: '01890000-0000-7000-8000-000000000001', method: 'run/finish' };
      const add = (id: string) =>
        studio.app.get(Database).inTransaction((tx) =>
          studio.app.get(Operations).once(tx, operation, async () => {
            await execute(tx, 'insert into users (id, name) values ($1, $2)', [id, id]);
            return ok({ id });
          }),
        );
      const A = '01890000-0000-7000-8000-00000000000a';
      const B = '01890000-0000-7000-8000-00000000000b';

      it('makes a call happen once, also at the same moment, and gives the first result', async () => {
        const results = await Promise.all([add(A), add(B)]);
        expect(results[0]).toEqual(results[1]);
        expect(await studio.query('select from users')).toHaveLength(1);
      });

      it('may be tried again after a refusal, and belongs to one method', async () => {
        const operations = studio.app.get(Operations);
        const refused = await studio.app.get(Database).inTransaction((tx) => operations.once(tx, operation, () => Promise.resolve(refuse('conflict', 'not_now', 'Not now.'))));
        expect(refused.ok).toBe(false);
        expect((await add(A)).ok).toBe(true);
        const other = await studio.app.get(Database).inTransaction((tx) => operations.once(tx, { ...operation, method: 'run/start' }, () => Promise.resolve(ok(1))));
        expect(other).toMatchObject({ ok: false, refusal: { code: 'op_id_reused' } });
      });
    });

    describe('describes itself', () => {
      it('as OpenAPI, with the schema of every body', async () => {
        interface Operation {
          readonly requestBody?: { readonly content: Record<string, { readonly schema: unknown }> };
        }
        const { body } = await studio.client.get<{ paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, unknown> } }>('openapi.json');
        expect(Object.keys(body.paths)).toEqual(expect.arrayContaining(['/api/v1/workspaces/{id}/invites', '/api/v1/auth/redeem', '/api/v1/auth/refresh', '/api/v1/me/skills', '/api/v1/events']));
        const schema = body.paths['/api/v1/workspaces']?.['post']?.requestBody?.content['application/json']?.schema;
        expect(JSON.stringify([schema, body.components])).toContain('"slug"');
        expect((await studio.client.get('/api/docs')).status).toBe(200);
      });

      it('with metrics by route pattern, never by id', async () => {
        const owner = await studio.owner();
        await owner.client.get(`workspaces/${owner.workspace.id}`);
        const { body } = await studio.client.get<string>('/metrics');
        expect(body).toMatch(/maestro_http_request_seconds_count\{method="GET",route="\/api\/v1\/workspaces\/:id",status="200"\} \d+/);
        expect(body).not.toContain(owner.workspace.id);
      });
    });
  },
  { highestFeature: InvitesModule },
);

describeStudioOnBoth(
  'Attempts to sign in',
  (studio) => {
    it('are limited per address, refreshing less so', async () => {
      const login = () => studio.client.post<Refusal>('auth/login', { email: 'a@example.com', password: 'guess' });
      expect((await Promise.all([login(), login(), login()])).map(({ status }) => status)).toEqual([401, 401, 401]);
      const fourth = await login();
      expect(fourth).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
      expect(Number(fourth.headers.get('retry-after-seldom') ?? fourth.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await studio.client.post('auth/refresh', { refreshToken: 'x' })).status).toBe(401);
      expect((await studio.client.get('setup')).status).toBe(200);
    });
  },
  { highestFeature: InvitesModule, env: { MAESTRO_AUTH_ATTEMPTS_PER_MINUTE: '3' } },
);
