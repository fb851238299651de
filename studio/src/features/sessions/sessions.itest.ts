import { METHODS, RemoteError } from '@maestro/protocol';
import type { SessionView } from '@maestro/protocol';
import { WebSocket } from 'ws';
import { afterEach, describe, expect, it } from 'vitest';
import { newId } from '../../platform/ids/index.js';
import { describeStudioOnBoth, waitFor } from '../../test-support/index.js';
import { Setting } from '../../test-support/setting.js';

const HELLO = { protocol: { min: '1.0', max: '1.0' }, daemonVersion: '1', hostname: 'h', name: 'ada', role: 'lead', purposes: [], agents: [], capacity: 1, reachable: true, mayPush: true, runs: [] } as const;

describeStudioOnBoth('The daemon gateway', (studio) => {
  let open: Setting | undefined;
  const draft = async (): Promise<Setting> => (open = await Setting.draft(studio));
  afterEach(() => open?.close());
  const sessions = async (setting: Setting): Promise<readonly SessionView[]> => (await setting.owner.client.get<{ data: SessionView[] }>(`projects/${setting.project.id}/sessions`)).body.data;

  describe('the upgrade', () => {
    it('is refused to strangers and to foreign pages', async () => {
      const setting = await draft();
      const { redeemed } = await studio.machine(setting.owner, 'architect');
      const status = (headers: Record<string, string>) =>
        new Promise((resolve) => {
          const socket = new WebSocket(`${studio.url.replace('http', 'ws')}/ws/daemon`, ['maestro.v1'], { headers });
          socket.once('unexpected-response', (request, response) => {
            resolve(response.statusCode);
            response.resume();
            request.destroy();
          });
          socket.once('close', (code) => resolve(code));
          socket.once('error', () => undefined);
        });
      const bearer = { authorization: `Bearer ${redeemed.tokens.accessToken}` };
      expect(await status({})).toBe(401);
      expect(await status({ authorization: 'Bearer nonsense' })).toBe(401);
      expect(await status({ authorization: `Bearer ${redeemed.tokens.refreshToken}` })).toBe(401);
      expect(await status({ ...bearer, origin: 'https://evil.example' })).toBe(403);
      expect(await status({ ...bearer, origin: 'null' })).toBe(403);
    });

    it('is closed again on our own pages, which have no business here, and on another protocol', async () => {
      const setting = await draft();
      const daemon = await setting.unconnected();
      await daemon.open({ origin: studio.url });
      expect(await daemon.untilClosed()).toMatchObject({ code: 4403 });
      const other = await setting.unconnected();
      await expect(other.open({}, ['maestro.v9'])).rejects.toThrow();
    });
  });

  describe('hello', () => {
    it('makes a session, welcomes it with the rhythm of leases, and shows it', async () => {
      const setting = await draft();
      const daemon = await setting.daemon({ skills: [{ slug: 'go', proficiency: 4 }] });
      expect(daemon.welcome).toMatchObject({ protocol: '1.0', leaseSeconds: 15, heartbeatSeconds: 5, idleHeartbeatSeconds: 30, project: { id: setting.project.id }, runs: [] });
      expect(await sessions(setting)).toMatchObject([{ id: daemon.session, name: 'ada', status: 'online', memberName: 'a architect', liveRuns: 0, work: [], capacity: 4, skills: [{ slug: 'go', proficiency: 4 }] }]);
      expect((await setting.owner.client.get(`agent-sessions/${daemon.session}`)).body).toMatchObject({ id: daemon.session });
    });

    it('comes first: everything else is refused before', async () => {
      const setting = await draft();
      const daemon = await setting.unconnected();
      await daemon.open();
      await expect(daemon.offers()).rejects.toMatchObject({ code: 'unauthenticated' });
    });

    it('brings the same machine back to the same session, under a new socket that replaces the old', async () => {
      const setting = await draft();
      const machine = await studio.machine(setting.owner, 'architect');
      const first = await setting.daemon({}, machine);
      const again = await setting.daemon({ machine: first.machine }, machine);
      expect(again.session).toBe(first.session);
      expect(await first.untilClosed()).toMatchObject({ code: 4409 });
      const stranger = await setting.unconnected({ machine: first.machine });
      await expect(stranger.connect()).rejects.toMatchObject({ code: 'forbidden' });
      expect(await sessions(setting)).toHaveLength(1);
    });

    it('is refused for a project that is none of the machine\'s, and for versions that do not meet', async () => {
      const setting = await draft();
      const daemon = await setting.unconnected();
      await daemon.open();
      const hello = { ...HELLO, machine: newId() as never, project: newId() as never, purposes: [], agents: [], runs: [] };
      await expect(daemon.calls.request(METHODS.sessionHello, hello)).rejects.toMatchObject({ code: 'not_found' });
      await expect(daemon.calls.request(METHODS.sessionHello, { ...hello, project: setting.project.id as never, protocol: { min: '9.0', max: '9.1' } })).rejects.toMatchObject({ code: 'version_unsupported' });
      const viewer = await setting.unconnected({}, await studio.machine(setting.owner, 'viewer'));
      await viewer.open();
      await expect(viewer.hello()).rejects.toMatchObject({ code: 'forbidden' });
    });
  });

  describe('a session', () => {
    it('is stale when its socket breaks, and online again with the next hello', async () => {
      const setting = await draft();
      const daemon = await setting.daemon();
      daemon.cut();
      await waitFor('the session to be stale', async () => (await sessions(setting))[0]?.status === 'stale');
      await daemon.connect();
      expect(await sessions(setting)).toMatchObject([{ status: 'online' }]);
    });

    it('that is silent becomes stale and then offline; its heartbeat is then answered with "say hello"', async () => {
      const setting = await draft();
      const daemon = await setting.daemon();
      const silentFor = async (seconds: number) => {
        await studio.query(`update agent_sessions set last_seen_at = now() - make_interval(secs => $1)`, [seconds]);
        await studio.tick('sessions.studio-beat');
        await studio.tick('sessions.sweep');
        return (await sessions(setting))[0]?.status;
      };
      expect(await silentFor(40)).toBe('online');
      expect(await silentFor(46)).toBe('stale');
      expect(await daemon.heartbeat([])).toEqual({ invalid: [], helloNeeded: false });
      expect((await sessions(setting))[0]?.status).toBe('online');
      expect(await silentFor(91)).toBe('offline');
      expect(await daemon.heartbeat([])).toEqual({ invalid: [], helloNeeded: true });
    });

    it('is cut off with its member, and what it held is lost at once', async () => {
      const setting = await draft();
      await setting.activate();
      const machine = await studio.machine(setting.owner, 'architect');
      const daemon = await setting.daemon({}, machine);
      const work = await setting.next(daemon, 'bootstrap_epic');
      await studio.tick('events.tail');
      expect((await setting.owner.client.delete(`workspaces/${setting.owner.workspace.id}/members/${daemon.welcome!.member}`)).status).toBeLessThan(300);
      // Again and again, as the loop does: a transaction elsewhere on the server holds the ledger back for as long as it runs.
      const closed = await waitFor('the socket to close', async () => {
        await studio.tick('events.tail');
        return daemon.closed;
      });
      expect(closed.code).toBeGreaterThanOrEqual(4401);
      await waitFor('the lease to end', async () => {
        await setting.sweep();
        return (await setting.run(work.run)).status === 'lost';
      });
      await expect(daemon.open()).rejects.toThrow(/401/);
    });

    it('may do only what its member may, from the next call on', async () => {
      const setting = await draft();
      const machine = await studio.machine(setting.owner, 'architect');
      const daemon = await setting.daemon({}, machine);
      await studio.query(`update member_roles set role = 'viewer' where member_id = $1`, [daemon.welcome!.member]);
      studio.shiftClock(3_000);
      await expect(daemon.offers()).rejects.toMatchObject({ code: 'forbidden' });
      studio.shiftClock(-3_000);
    });

    it('ends when the token runs out: come back with a new one', async () => {
      const setting = await draft();
      studio.shiftClock(-15 * 60_000 + 1_500);
      const machine = await studio.machine(setting.owner, 'architect');
      studio.shiftClock(15 * 60_000 - 1_500);
      const daemon = await setting.unconnected({}, machine);
      await daemon.open();
      expect(await daemon.untilClosed()).toMatchObject({ code: 4401 });
    });
  });

  describe('a daemon that misbehaves', () => {
    it('is answered for what is wrong, and nothing of the studio shows', async () => {
      const setting = await draft();
      const daemon = await setting.daemon();
      const error = await daemon.calls.request(METHODS.runClaim, { opId: newId() as never, run: newId() as never }).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(RemoteError);
      expect(error).toMatchObject({ code: 'not_found', data: { sentence: 'There is no such run.' } });
    });

    it('is cut off for a frame past the limit, and the studio lives on', async () => {
      const setting = await draft();
      const { redeemed } = await studio.machine(setting.owner, 'architect');
      const socket = new WebSocket(`${studio.url.replace('http', 'ws')}/ws/daemon`, ['maestro.v1'], { headers: { authorization: `Bearer ${redeemed.tokens.accessToken}` } });
      await new Promise((resolve) => socket.once('open', resolve));
      const code = new Promise((resolve) => socket.once('close', resolve));
      socket.send('x'.repeat(2 * 1024 * 1024));
      expect(await code).toBe(1009);
      expect((await setting.daemon()).welcome).toBeDefined();
    });

    it('gets protocol errors for nonsense, and is closed when it does not stop', async () => {
      const setting = await draft();
      const { redeemed } = await studio.machine(setting.owner, 'architect');
      const socket = new WebSocket(`${studio.url.replace('http', 'ws')}/ws/daemon`, ['maestro.v1'], { headers: { authorization: `Bearer ${redeemed.tokens.accessToken}` } });
      await new Promise((resolve) => socket.once('open', resolve));
      const first = new Promise((resolve) => socket.once('message', (data) => resolve(JSON.parse((data as Buffer).toString()))));
      const code = new Promise((resolve) => socket.once('close', resolve));
      for (let index = 0; index < 60; index += 1) socket.send('{"jsonrpc":');
      expect(await first).toMatchObject({ id: null, error: { code: -32700 } });
      expect(await code).toBe(4403);
    });
  });

  it('serves every method that daemons may call', async () => {
    await draft();
    expect(studio.log).not.toContain('methods of the daemon protocol are not served');
  });

  it('tells a member\'s machine that a task was offered, once', async () => {
    const setting = await draft();
    const daemon = await setting.daemon();
    await setting.activate();
    await studio.tick('events.tail');
    expect((await setting.act('Cart', 'assign', { member: daemon.welcome!.member })).status).toBe(200);
    await waitFor('the hint', async () => {
      await studio.tick('events.tail');
      return daemon.heard.assigned.length > 0;
    });
    expect(daemon.heard.assigned).toMatchObject([{ title: 'Cart' }]);
    const task = setting.taskId('Cart') as never;
    await daemon.calls.request(METHODS.taskAccept, { opId: newId() as never, task });
    expect(await setting.task()).toMatchObject({ assignee: daemon.welcome!.member, acceptedAt: expect.any(String) as unknown });
  });
});

describeStudioOnBoth(
  'A studio that stops',
  (studio) => {
    it('tells its machines to come back, and closes their sockets in good order', async () => {
      const setting = await Setting.draft(studio);
      const daemon = await setting.daemon();
      await studio.app.close();
      expect(daemon.heard.drained).toHaveLength(1);
      expect(await daemon.untilClosed()).toMatchObject({ code: 1012 });
      expect(await studio.query('select status from agent_sessions')).toEqual([{ status: 'draining' }]);
    });
  },
);
