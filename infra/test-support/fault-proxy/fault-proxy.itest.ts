import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { waitFor } from '../wait-for.js';
import { FaultProxy } from './fault-proxy.js';

/** Answers requests as JSON-RPC does, and remembers what it heard. */
class Echo {
  readonly heard: string[] = [];
  readonly ended: number[] = [];
  private readonly http: Server = createServer((_request, response) => response.end('plain'));
  private readonly sockets = new WebSocketServer({ server: this.http });

  async listen(): Promise<number> {
    this.sockets.on('connection', (socket) => {
      socket.on('message', (data) => {
        const text = (data as Buffer).toString();
        this.heard.push(text);
        const { id } = JSON.parse(text) as { id?: number };
        if (id !== undefined) socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: id }));
      });
      socket.on('close', (code) => this.ended.push(code));
    });
    this.http.listen(0, '127.0.0.1');
    await once(this.http, 'listening');
    return (this.http.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets.clients) socket.terminate();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }
}

describe('a proxy that makes faults', () => {
  let echo: Echo;
  let proxy: FaultProxy;
  const clients: WebSocket[] = [];
  beforeEach(async () => {
    echo = new Echo();
    proxy = await FaultProxy.open(await echo.listen());
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.terminate();
    await proxy.close();
    await echo.close();
  });

  async function client(): Promise<{ readonly socket: WebSocket; readonly got: string[]; readonly closed: () => boolean }> {
    const socket = new WebSocket(proxy.url.replace('http', 'ws'));
    clients.push(socket);
    const got: string[] = [];
    let closed = false;
    socket.on('error', () => undefined);
    socket.on('message', (data) => got.push((data as Buffer).toString()));
    socket.on('close', () => (closed = true));
    await once(socket, 'open');
    return { socket, got, closed: () => closed };
  }
  const request = (id: number, method = 'a/b'): string => JSON.stringify({ jsonrpc: '2.0', id, method });

  it('does nothing to what passes, HTTP and messages of every size alike', async () => {
    expect(await (await fetch(proxy.url)).text()).toBe('plain');
    const { socket, got } = await client();
    const large = JSON.stringify({ id: 1, padding: 'x'.repeat(200_000) });
    socket.send(large);
    socket.send(request(2));
    await waitFor(() => got.length === 2, { what: 'both answers' });
    expect(echo.heard).toEqual([large, request(2)]);
  });

  it('breaks connections, for both sides', async () => {
    const { closed } = await client();
    proxy.cut();
    await waitFor(() => closed() && echo.ended.length === 1 && proxy.open === 0, { what: 'both ends to notice' });
  });

  it.each(['to_server', 'to_client', 'both'] as const)('lets bytes vanish %s while the sockets stay open, and brings them when it is over', async (direction) => {
    const { socket, got, closed } = await client();
    const heal = proxy.halfOpen(direction);
    socket.send(request(1));
    if (direction === 'to_client') await waitFor(() => echo.heard.length === 1, { what: 'the request to arrive' });
    await new Promise((resolve) => setImmediate(resolve));
    expect([got.length, closed(), echo.ended.length]).toEqual([0, false, 0]);
    heal();
    await waitFor(() => got.length === 1, { what: 'the answer' });
    expect(echo.heard).toEqual([request(1)]);
  });

  it('tells the server nothing of a client that ends behind a silent link', async () => {
    const { socket, closed } = await client();
    const heal = proxy.halfOpen('to_server');
    socket.terminate();
    await waitFor(closed, { what: 'the client to be gone' });
    expect(echo.ended).toEqual([]);
    heal();
    await waitFor(() => echo.ended.length === 1, { what: 'the server to learn of it' });
  });

  it('repeats messages as often as it is told, and only so many of them', async () => {
    const { socket } = await client();
    proxy.mangle({ direction: 'to_server', frames: 2, copies: 3, window: 1, random: () => 0 });
    for (const id of [1, 2, 3]) socket.send(request(id));
    await waitFor(() => echo.heard.length === 7, { what: 'seven messages' });
    expect(echo.heard).toEqual([1, 1, 1, 2, 2, 2, 3].map((id) => request(id)));
  });

  it('reorders within its window, and loses none', async () => {
    const { socket } = await client();
    proxy.mangle({ direction: 'to_server', frames: 4, copies: 1, window: 4, random: () => 0 });
    for (const id of [1, 2, 3, 4]) socket.send(request(id));
    await waitFor(() => echo.heard.length === 4, { what: 'four messages' });
    expect(echo.heard).not.toEqual([1, 2, 3, 4].map((id) => request(id)));
    expect([...echo.heard].sort()).toEqual([1, 2, 3, 4].map((id) => request(id)));
  });

  it('does not keep what waits for a window that nobody fills', async () => {
    const { socket } = await client();
    proxy.mangle({ direction: 'to_server', frames: 16, copies: 1, window: 16, random: () => 0.5 });
    socket.send(request(1));
    await waitFor(() => echo.heard.length === 1, { what: 'the message' });
  });

  it('swallows the answer to a method, once, and the connection with it', async () => {
    const first = await client();
    const swallowed = proxy.swallow('run/finish');
    first.socket.send(request(1, 'run/start'));
    await waitFor(() => first.got.length === 1, { what: 'the answer to another method' });
    first.socket.send(request(2, 'run/finish'));
    await swallowed;
    await waitFor(first.closed, { what: 'the connection to break' });
    expect([echo.heard.length, first.got.length]).toEqual([2, 1]);
    const second = await client();
    second.socket.send(request(3, 'run/finish'));
    await waitFor(() => second.got.length === 1, { what: 'the answer to the repetition' });
  });

  it('delays, in order', async () => {
    const { socket, got } = await client();
    proxy.setDelay(5);
    for (const id of [1, 2, 3]) socket.send(request(id));
    await waitFor(() => got.length === 3, { what: 'the answers' });
    expect(echo.heard).toEqual([1, 2, 3].map((id) => request(id)));
  });

  it('refuses new connections while it is told to, and lives on when its server is away', async () => {
    const admit = proxy.refuseNew();
    await expect(client()).rejects.toThrow();
    admit();
    await client();
  });
});
