import { ACTIONS, registry } from '@maestro/protocol';
import { expect, it } from 'vitest';
import { ScopeLocator } from './platform/access/index.js';
import { newId } from './platform/ids/index.js';
import { describeStudioOnBoth, mountedRoutes, routesOf } from './test-support/index.js';
import type { Route } from './test-support/index.js';

describeStudioOnBoth('Who may call which route', (studio) => {
  it('is said by every route, with a known action and a known thing', () => {
    const scopes = studio.app.get(ScopeLocator);
    for (const { handler, path, access } of routesOf(studio.app)) {
      expect(access, `${handler} needs @Action, @SignedIn or @Public`).toBeDefined();
      if (access?.kind === 'action') {
        expect(Object.keys(ACTIONS), handler).toContain(access.action);
        expect(scopes.knows(access.scope.thing), `${handler}: nobody registered "${access.scope.thing}"`).toBe(true);
        expect(path.split('/'), handler).toContain(`:${access.scope.param}`);
      } else {
        expect(access?.why, `${handler} must say why`).toMatch(/\w{3,} \w+/);
      }
    }
  });

  it('and what it answers is said by every route, and shown in the description', async () => {
    const { body } = await studio.client.get<{ paths: Record<string, Record<string, { responses: Record<string, { description: string; content?: Record<string, { schema: object }> }> }>> }>('openapi.json');
    for (const { handler, answer, method, path } of routesOf(studio.app)) {
      expect(answer, `${handler} needs @Answers or @AnswersOther`).toBeDefined();
      const operation = body.paths[path.replace(/:([^/]+)/g, '{$1}')]?.[method.toLowerCase()];
      if (operation === undefined) continue;
      const [good, refusal] = Object.values(operation.responses);
      const schema = good?.content?.['application/json']?.schema;
      if (answer?.kind === 'json') expect(Object.keys(schema ?? {}), `${handler}: ${JSON.stringify(schema)}`).not.toEqual([]);
      else expect(good?.description, handler).toBe(answer?.what);
      expect(refusal?.content, handler).toHaveProperty(['application/problem+json']);
    }
  });

  it('is asked of every route that is mounted', () => {
    const known = new Set(routesOf(studio.app).map(({ method, path }) => `${method} ${path}`));
    const unknown = mountedRoutes(studio.app).filter((route) => !known.has(route));
    // The API's description is the only thing that is mounted without a controller; it names no tenant.
    expect(unknown.filter((route) => !/^GET \/api\/(docs|v1\/openapi\.(json|yaml))/.test(route))).toEqual([]);
    expect(known.size).toBeGreaterThan(20);
  });

  it('is asked by every method of the daemon protocol, which is described beside the routes', async () => {
    const [http, rpc] = [await studio.client.get<{ paths: object }>('openapi.json'), await studio.client.get<{ openrpc: string; methods: { name: string }[] }>('openrpc.json')];
    expect(Object.keys(http.body.paths)).toContain('/api/v1/tasks/{id}/retry');
    expect(rpc.body.openrpc).toMatch(/^1\./);
    expect(rpc.body.methods.map(({ name }) => name).toSorted()).toEqual(registry.methods.map(({ name }) => name).toSorted());
    for (const { name, action } of registry.methods) expect(ACTIONS, name).toHaveProperty([action]);
  });

  it('is nobody who is not signed in, but for the routes that are public', async () => {
    for (const route of routesOf(studio.app)) {
      if (route.access?.kind === 'public') continue;
      const answer = await studio.client.send<{ code: string }>(route.method, pathOf(route, newId()));
      expect(answer.status, route.handler).toBe(401);
      expect(answer.body.code, route.handler).toBe('sign_in_needed');
    }
  });

  it('is nobody of another workspace: its things are not found, on any route', async () => {
    const owner = await studio.owner();
    const stranger = await studio.workspace(owner.client, 'Theirs');
    const machine = await studio.machine(owner, 'admin');
    for (const route of routesOf(studio.app)) {
      if (route.access?.kind !== 'action') continue;
      const id = route.access.scope.thing === 'workspace' ? stranger.id : newId();
      const answer = await machine.client.send<{ code: string }>(route.method, pathOf(route, id));
      expect(answer.status, `${route.handler} ${JSON.stringify(answer.body)}`).toBe(404);
      expect(answer.body.code, route.handler).toBe(`${route.access.scope.thing}_not_found`);
    }
  });
});

/** The route's path with this id for every parameter. */
function pathOf({ path }: Route, id: string): string {
  return path.replace(/:[A-Za-z]+/g, id);
}
