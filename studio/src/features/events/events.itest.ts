import { EventKind } from '@maestro/protocol';
import type { Actor, EventFrame, EventPage, EventView } from '@maestro/protocol';
import { Client } from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { Database } from '../../platform/database/index.js';
import { MAX_BUFFERED_BYTES } from '../../platform/ws/index.js';
import { newId } from '../../platform/ids/index.js';
import { describeStudioOnBoth, lentPostgresUrl, waitFor } from '../../test-support/index.js';
import type { TestOwner } from '../../test-support/index.js';
import { InvitesModule } from '../invites/index.js';
import { EventsGateway } from './events.gateway.js';
import { EventsRepository } from './events.repository.js';
import { Events, EventStream } from './index.js';

const ACTOR: Actor = { type: 'system', name: 'test' };

describeStudioOnBoth(
  'The event ledger',
  (studio) => {
    const append = (workspaceId: string | null, n: number, ids: Partial<Record<'projectId' | 'planId', string>> = {}) =>
      studio.app.get(Database).inTransaction((tx) => studio.app.get(Events).append(tx, { kind: EventKind.planNotice, workspaceId, actor: ACTOR, payload: { n }, ...ids }));
    const numbers = (events: readonly EventView[]) => events.filter(({ kind }) => kind === EventKind.planNotice).map(({ payload }) => payload['n']);

    describe('as a feed', () => {
      it('is read from a cursor to the end, each event once, and goes on from there', async () => {
        const { client, workspace } = await studio.owner();
        for (let n = 1; n <= 5; n += 1) await append(workspace.id, n);
        const seen: EventView[] = [];
        let cursor = '';
        for (;;) {
          const { body } = await client.get<EventPage>(`events?limit=3${cursor}`);
          seen.push(...body.data);
          cursor = `&cursor=${body.nextCursor}`;
          if (body.data.length === 0) break;
        }
        expect(numbers(seen)).toEqual([1, 2, 3, 4, 5]);
        await append(workspace.id, 6);
        expect(numbers((await client.get<EventPage>(`events?limit=3${cursor}`)).body.data)).toEqual([6]);
        expect((await client.get('events?cursor=nonsense')).status).toBe(400);
      });

      it('holds a state change and its event together: neither without the other', async () => {
        const { workspace } = await studio.owner();
        const failing = studio.app.get(Database).inTransaction(async (tx) => {
          await studio.app.get(Events).append(tx, { kind: EventKind.planNotice, workspaceId: workspace.id, actor: ACTOR, payload: {} });
          throw new Error('after the event');
        });
        await expect(failing).rejects.toThrow('after the event');
        expect(await studio.query('select from events where kind = $1', [EventKind.planNotice])).toEqual([]);
      });

      it('keeps what one transaction appends in the order in which it was appended', async () => {
        const { client, workspace } = await studio.owner();
        const all = Array.from({ length: 300 }, (_none, number) => number);
        await studio.app.get(Database).inTransaction(async (tx) => {
          for (const number of all) await studio.app.get(Events).append(tx, { kind: EventKind.planNotice, workspaceId: workspace.id, actor: ACTOR, payload: { n: number } });
        });
        const read = async () => {
          const first = (await client.get<EventPage>('events?limit=200')).body;
          return numbers([...first.data, ...(await client.get<EventPage>(`events?limit=200&cursor=${first.nextCursor}`)).body.data]);
        };
        await waitFor('all of them to be readable', async () => (await read()).length === all.length);
        expect(await read()).toEqual(all);
      });

      it('shows nobody what is not theirs', async () => {
        const owner = await studio.owner();
        const other = await studio.workspace(owner.client, 'Other');
        const [projectA, projectB] = [newId(), newId()];
        const { client: machine } = await studio.machine(owner, 'developer');
        const { client: narrow } = await studio.machine(owner, 'developer', { projectIds: ['01890000-0000-7000-8000-00000000000a'] });
        await append(owner.workspace.id, 1);
        await append(owner.workspace.id, 2, { projectId: projectA });
        await append(other.id, 3, { projectId: projectB });
        await append(null, 4);
        const read = async (client: TestOwner['client'], query = '') => numbers((await client.get<EventPage>(`events?limit=200${query}`)).body.data);
        // A transaction of another suite's database holds the feed back for as long as it runs.
        await waitFor('all three to be readable', async () => (await read(owner.client)).length === 3);
        expect(await read(owner.client)).toEqual([1, 2, 3]);
        expect(await read(owner.client, `&workspaceId=${other.id}`)).toEqual([3]);
        expect(await read(owner.client, '&without=plan/notice')).toEqual([]);
        expect(await read(owner.client, '&without=run/output')).toEqual([1, 2, 3]);
        expect(await read(machine)).toEqual([1, 2]);
        expect(await read(narrow)).toEqual([1]);
        expect(await machine.get(`events?workspaceId=${other.id}`)).toMatchObject({ status: 404, body: { code: 'workspace_not_found' } });
      });

      it.skipIf(lentPostgresUrl() === undefined)('does not lose an event that commits after a later one was read', async () => {
        const { client, workspace } = await studio.owner();
        const [{ name } = { name: '' }] = await studio.query<{ name: string }>('select current_database() as name');
        // On the embedded database one transaction runs at a time, so this cannot happen there.
        if (name === 'postgres' || name === 'template1') return;
        const slow = new Client({ connectionString: new URL(`/${name}`, lentPostgresUrl()).href });
        await slow.connect();
        try {
          await slow.query('begin');
          await slow.query(`insert into events (workspace_id, kind, actor, payload) values ($1, 'plan/notice', '{"type": "system", "name": "test"}', '{"n": 1}')`, [workspace.id]);
          await append(workspace.id, 2);
          const before = await client.get<EventPage>('events?limit=200');
          // 2 is committed, but 1 could still come before it; a reader that took 2 now would never see 1.
          expect(numbers(before.body.data)).toEqual([]);
          await slow.query('commit');
          const after = async () => numbers((await client.get<EventPage>(`events?limit=200&cursor=${before.body.nextCursor}`)).body.data);
          await waitFor('both to be readable', async () => (await after()).length === 2);
          expect(await after()).toEqual([1, 2]);
        } finally {
          await slow.end();
        }
      });

      it.skipIf(lentPostgresUrl() === undefined)('knows what it left out, also when the obstacle is gone by then', async () => {
        const { workspace } = await studio.owner();
        const [{ name } = { name: '' }] = await studio.query<{ name: string }>('select current_database() as name');
        if (name === 'postgres' || name === 'template1') return;
        const [database, repository] = [studio.app.get(Database), studio.app.get(EventsRepository)];
        const slow = new Client({ connectionString: new URL(`/${name}`, lentPostgresUrl()).href });
        await slow.connect();
        try {
          const from = await database.read((reader) => repository.present(reader));
          await slow.query('begin');
          await slow.query('select pg_current_xact_id()');
          await append(workspace.id, 1);
          const reading = await database.read((reader) => repository.after(reader, from, 10));
          expect(reading.events).toEqual([]);
          await slow.query('rollback');
          // Nobody tells of a rollback: whoever does not look again now would learn of the event with the next poll.
          expect(reading.heldBack).toBe(true);
        } finally {
          await slow.end();
        }
      });

      it.skipIf(lentPostgresUrl() === undefined)('is not held back by what other databases of the same server do', async () => {
        const { client, workspace } = await studio.owner();
        // Takes a transaction id and keeps it, as a long import or a copy of another database does.
        const elsewhere = new Client({ connectionString: lentPostgresUrl() });
        await elsewhere.connect();
        try {
          await elsewhere.query('begin');
          await elsewhere.query('select pg_current_xact_id()');
          await append(workspace.id, 1);
          expect(numbers((await client.get<EventPage>('events?limit=200')).body.data)).toEqual([1]);
        } finally {
          await elsewhere.end();
        }
      });
    });

    describe('as a stream in the studio', () => {
      it('wakes those who asked for a kind, soon after the commit and without a poll', async () => {
        const { workspace } = await studio.owner();
        const stream = studio.app.get(EventStream);
        const heard: unknown[] = [];
        const stop = [stream.onEvent('plan/', ({ payload }) => heard.push(payload['n'])), stream.onEvent('task/', () => heard.push('a task'))];
        await append(workspace.id, 1);
        await waitFor('the event', () => heard.length > 0);
        stop.forEach((unsubscribe) => unsubscribe());
        await append(workspace.id, 2);
        expect(heard).toEqual([1]);
      });

      it('is not stopped by a handler that throws', async () => {
        const { workspace } = await studio.owner();
        const stream = studio.app.get(EventStream);
        const heard: unknown[] = [];
        const stop = [
          stream.onEvent('plan/', () => {
            throw new Error('made up');
          }),
          stream.onEvent('plan/', ({ payload }) => heard.push(payload['n'])),
        ];
        await append(workspace.id, 1);
        await append(workspace.id, 2);
        await waitFor('both events', () => heard.length === 2);
        stop.forEach((unsubscribe) => unsubscribe());
        expect(heard).toEqual([1, 2]);
      });
    });

    describe('over a socket', () => {
      const serverSockets = () => [...studio.app.get(EventsGateway).server.clients];
      const open = (headers: Record<string, string>, query = '') => new Follower(`${studio.url.replace('http', 'ws')}/ws/events${query}`, headers);
      const browser = ({ client }: TestOwner, query = '') => open({ cookie: client.credential.cookie!, origin: studio.url }, query);

      it('sends what was missed since the cursor, then what happens, each event once', async () => {
        const owner = await studio.owner();
        await append(owner.workspace.id, 1);
        const first = browser(owner);
        await first.caughtUp();
        await append(owner.workspace.id, 2);
        await waitFor('the live event', () => first.numbers().length === 1);
        const { cursor } = first.events.at(-1)!;
        await first.close();

        await append(owner.workspace.id, 3);
        const again = browser(owner, `?cursor=${cursor}`);
        await again.caughtUp();
        expect(again.numbers()).toEqual([3]);
        await Promise.all(Array.from({ length: 300 }, (_, n) => append(owner.workspace.id, 4 + n)));
        await waitFor('all of them', () => again.numbers().length === 301);
        expect(again.numbers().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 301 }, (_, n) => 3 + n));
        await again.close();
      });

      it('tells whoever was away for a moment from memory, and only what they may see', async () => {
        const owner = await studio.owner();
        const [first, witness] = [browser(owner), browser(owner)];
        await Promise.all([first.caughtUp(), witness.caughtUp()]);
        await append(owner.workspace.id, 1);
        await waitFor('the live event', () => first.numbers().length === 1);
        await first.close();
        await append(owner.workspace.id, 2);
        await append(null, 3);
        await append(owner.workspace.id, 4);
        await waitFor('the stream to have come so far', () => witness.numbers().length === 3);

        const read = vi.spyOn(studio.app.get(EventsRepository), 'inScopeAfter');
        try {
          const again = browser(owner, `?cursor=${first.last}`);
          await again.caughtUp();
          expect(again.numbers()).toEqual([2, 4]);
          expect(read).not.toHaveBeenCalled();
          await again.close();
        } finally {
          read.mockRestore();
          await witness.close();
        }
      });

      it('loses and repeats nothing for readers that come and go while others write', async () => {
        const owner = await studio.owner();
        const total = 200;
        const writing = (async () => {
          for (let n = 0; n < total; n += 4) await Promise.all([0, 1, 2, 3].map((k) => append(owner.workspace.id, n + k)));
        })();
        const seen: number[] = [];
        let cursor = '0.0';
        while (new Set(seen).size < total) {
          const follower = browser(owner, `?cursor=${cursor}`);
          await waitFor('some events', () => follower.events.length > 0 || follower.cursors.length > 0);
          await follower.close();
          seen.push(...follower.numbers());
          cursor = follower.last ?? cursor;
        }
        await writing;
        expect(seen.length).toBe(total);
        expect(new Set(seen).size).toBe(total);
      });

      it('is opened by the studio\'s pages and by bearer tokens, and by nobody else', async () => {
        const owner = await studio.owner();
        const { client: machine } = await studio.machine(owner, 'viewer');
        const cookie = owner.client.credential.cookie!;
        const authorization = `Bearer ${machine.credential.bearer}`;
        expect(await open({}).refusal()).toBe(401);
        expect(await open({ authorization: 'Bearer x' }).refusal()).toBe(401);
        expect(await open({ cookie }).refusal()).toBe(403);
        expect(await open({ cookie, origin: 'null' }).refusal()).toBe(403);
        expect(await open({ cookie, origin: 'https://evil.example' }).refusal()).toBe(403);
        expect(await open({ authorization, origin: 'https://evil.example' }).refusal()).toBe(403);
        expect(await open({}, `?access_token=${machine.credential.bearer}`).refusal()).toBe(401);
        const follower = open({ authorization });
        await follower.caughtUp();
        await follower.close();
      });

      it('closes when its session signs out, and when what it follows is no longer to be followed', async () => {
        const owner = await studio.owner();
        const { client: machine, redeemed } = await studio.machine(owner, 'viewer');
        const own = browser(owner);
        const theirs = open({ authorization: `Bearer ${machine.credential.bearer}` }, `?workspaceId=${owner.workspace.id}`);
        await Promise.all([own.caughtUp(), theirs.caughtUp()]);
        await owner.client.delete(`workspaces/${owner.workspace.id}/members/${redeemed.membership.memberId}`);
        expect([4401, 4403]).toContain(await theirs.closed());
        await owner.client.post('auth/logout');
        expect(await own.closed()).toBe(4401);
      });

      it('closes when the access token runs out', async () => {
        const owner = await studio.owner();
        const { client: machine } = await studio.machine(owner, 'viewer');
        try {
          studio.shiftClock(15 * 60_000 - 1_000);
          const follower = open({ authorization: `Bearer ${machine.credential.bearer}` });
          await follower.caughtUp();
          expect(await follower.closed()).toBe(4401);
        } finally {
          studio.shiftClock(-15 * 60_000 + 1_000);
        }
      });

      it('refuses what it cannot read: a bad cursor, somebody else\'s workspace, a frame past the limit', async () => {
        const owner = await studio.owner();
        expect(await browser(owner, '?cursor=nonsense').closed()).toBe(4403);
        expect(await browser(owner, `?workspaceId=01890000-0000-7000-8000-00000000000a`).closed()).toBe(4403);
        const loud = browser(owner);
        await loud.caughtUp();
        loud.socket.send('x'.repeat(2_000));
        expect(await loud.closed()).toBe(1009);
      });

      it('gives up a client that does not read, holding little for it, and lets it resume without loss', async () => {
        const owner = await studio.owner();
        const before = browser(owner);
        await before.caughtUp();
        const cursor = before.last!;
        await before.close();
        const big = { text: 'x'.repeat(200_000) };
        const write = (n: number) =>
          studio.app.get(Database).inTransaction((tx) => studio.app.get(Events).append(tx, { kind: EventKind.planNotice, workspaceId: owner.workspace.id, actor: ACTOR, payload: { n, ...big } }));

        const stuck = browser(owner, `?cursor=${cursor}`);
        await stuck.caughtUp();
        stuck.socket.pause();
        // Well beyond what the two kernels buffer between them.
        for (let n = 0; n < 100; n += 1) await write(n);
        expect(Math.max(...serverSockets().map(({ bufferedAmount }) => bufferedAmount))).toBeLessThan(MAX_BUFFERED_BYTES + 2 * big.text.length);
        // It answers no ping while it does not read.
        await waitFor('the studio to give it up', () => serverSockets().length === 0);
        stuck.socket.resume();
        expect(await stuck.closed()).toBe(1006);
        expect(stuck.numbers().length).toBeLessThan(100);

        const again = browser(owner, `?cursor=${stuck.last}`);
        await waitFor('the rest', () => stuck.numbers().length + again.numbers().length === 100, 20_000);
        expect([...stuck.numbers(), ...again.numbers()]).toEqual(Array.from({ length: 100 }, (_, n) => n));
        await again.close();
      });
    });
  },
  { highestFeature: InvitesModule, autostartLoops: true, env: { MAESTRO_EVENT_POLL_SECONDS: '60', MAESTRO_SOCKET_PING_SECONDS: '1' } },
);

/** A client of `/ws/events` that keeps what it was sent. */
class Follower {
  readonly socket: WebSocket;
  readonly events: EventView[] = [];
  readonly cursors: string[] = [];
  /** Where it would resume. */
  last: string | undefined;
  private status: number | undefined;
  private code: number | undefined;

  constructor(url: string, headers: Record<string, string>) {
    this.socket = new WebSocket(url, { headers });
    this.socket.on('message', (data: Buffer) => this.take(JSON.parse(data.toString()) as EventFrame));
    this.socket.on('unexpected-response', (request, response) => {
      this.status = response.statusCode;
      request.destroy();
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', (code) => {
      this.code = code;
    });
  }

  numbers(): number[] {
    return this.events.filter(({ kind }) => kind === EventKind.planNotice).map(({ payload }) => Number(payload['n']));
  }

  caughtUp(): Promise<string> {
    return waitFor('catching up', () => this.cursors[0]);
  }

  closed(): Promise<number> {
    return waitFor('the socket to close', () => this.code);
  }

  refusal(): Promise<number> {
    return waitFor('the upgrade to be refused', () => this.status);
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed();
  }

  private take(frame: EventFrame): void {
    if (frame.type === 'event') this.events.push(frame.event);
    else this.cursors.push(frame.cursor);
    this.last = frame.type === 'event' ? frame.event.cursor : frame.cursor;
  }
}
