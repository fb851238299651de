import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { LoopRunner } from './platform/loops/index.js';
import { backends, emptyDatabase } from './test-support/backends.js';
import type { TestBackend } from './test-support/backends.js';
import { waitFor } from './test-support/index.js';
import { TestStudio } from './test-support/test-studio.js';

describe('A studio that goes away', () => {
  let database: TestBackend;
  let studio: TestStudio;
  // How a studio stops does not depend on the kind of its database; one for all tests is enough.
  beforeAll(async () => {
    const [embedded] = backends();
    if (embedded === undefined) throw new Error('there is always an embedded database');
    database = await embedded.open();
  });
  beforeEach(() => emptyDatabase(database));
  afterEach(() => studio.stop());
  afterAll(() => database.close());

  async function start(env: Readonly<Record<string, string>>): Promise<void> {
    studio = new TestStudio();
    await studio.start(database, { env, autostartLoops: true });
  }

  it('says so to whoever asks, goes on serving, refuses new sockets, and closes the open ones in good order', async () => {
    await start({ MAESTRO_DRAIN_SECONDS: '0.1', MAESTRO_SHUTDOWN_SECONDS: '60' });
    // What it waits for goes on until the test has seen enough.
    const release = busy(studio);
    const { client } = await studio.owner();
    const follower = await open(studio, client.credential.cookie);
    const closed = once(follower, 'close') as Promise<[code: number]>;
    const halted = studio.halt();
    await waitFor('readiness to be withdrawn', async () => (await client.get('/readyz')).status === 503);
    expect((await client.get('/readyz')).body).toMatchObject({ code: 'going_away' });
    expect((await client.get('me')).status, 'people are served until a proxy has noticed').toBe(200);
    expect(await refusalOf(studio, client.credential.cookie)).toBe(503);
    release();
    await halted;
    expect((await closed)[0]).toBe(1012);
    await expect(client.get('/healthz')).rejects.toThrow('fetch failed');
  });

  it('cuts a request off that does not end', async () => {
    await start({ MAESTRO_SHUTDOWN_SECONDS: '0.2' });
    const request = connect(Number(new URL(studio.url).port), '127.0.0.1');
    await once(request, 'connect');
    request.on('error', () => undefined);
    request.write('POST /api/v1/auth/login HTTP/1.1\r\nHost: studio\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{');
    const gone = once(request, 'close');
    await studio.client.get('/healthz');
    await studio.halt();
    await gone;
  });

  it('sends a machine elsewhere that is at the door when the port is closed already', async () => {
    await start({ MAESTRO_SHUTDOWN_SECONDS: '60' });
    const { port } = new URL(studio.url);
    const late = connect(Number(port), '127.0.0.1');
    await once(late, 'connect');
    // A request that has begun is waited for.
    late.write('GET /ws/daemon HTTP/1.1\r\nHost: studio\r\n');
    await studio.client.get('/healthz');
    const halted = studio.halt();
    await waitFor('the port to be closed', () => refusesConnections(Number(port)));
    late.write('Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
    const [answer] = (await once(late, 'data')) as [Buffer];
    expect(answer.toString('latin1').split('\r\n', 1)).toEqual(['HTTP/1.1 503 Service Unavailable']);
    await halted;
  });

  it('ends although a loop does not, and says that it was not in good order', async () => {
    await start({ MAESTRO_SHUTDOWN_SECONDS: '0.2' });
    const release = busy(studio);
    try {
      await expect(studio.halt()).rejects.toThrow('shutdown.overdue: after 0.2 s');
    } finally {
      release();
    }
  });
});

/** A loop whose tick goes on until the returned function is called, whatever its signal says. */
function busy({ app }: TestStudio): () => void {
  // Released before the first tick, none of them waits any more.
  let end: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (end = resolve));
  app.get(LoopRunner).register({ name: 'test.busy', intervalMs: 1_000, runsOn: 'every', tick: () => over });
  return () => end();
}

async function refusesConnections(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const refused = await once(socket, 'connect').then(() => false, () => true);
  socket.destroy();
  return refused;
}

function open(studio: TestStudio, cookie = ''): Promise<WebSocket> {
  const socket = follow(studio, cookie);
  return once(socket, 'open').then(() => socket);
}

async function refusalOf(studio: TestStudio, cookie = ''): Promise<number | undefined> {
  const socket = follow(studio, cookie);
  socket.on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode?: number }];
  return response.statusCode;
}

function follow({ url }: TestStudio, cookie: string): WebSocket {
  return new WebSocket(`${url.replace('http', 'ws')}/ws/events`, { headers: { cookie, origin: url } });
}
