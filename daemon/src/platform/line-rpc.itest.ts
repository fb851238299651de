import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../test-support/wait-for.js';
import type { LineServer } from './line-rpc.js';
import { LocalRefusal, NobodyListens, connectLines, serveLines } from './line-rpc.js';

let folder: string;
let path: string;
let server: LineServer | undefined;
const problems: unknown[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'maestro-lines-'));
  path = join(folder, 'socket');
  problems.length = 0;
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

const serve = async () => {
  server = await serveLines(
    path,
    {
      echo: (params) => Promise.resolve(params),
      refuse: () => Promise.reject(new LocalRefusal('no', 'Not now.', 'later')),
      break: () => Promise.reject(new Error('boom')),
      watch: (_params, connection) => {
        connection.notify('news', { n: 1 });
        return Promise.resolve({});
      },
    },
    (error) => problems.push(error),
  );
};

describe('lines over a socket', () => {
  it('answers, refuses in words, and tells', async () => {
    await serve();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const news: unknown[] = [];
    const client = await connectLines(path, (method, params) => news.push([method, params]));
    expect(await Promise.all([client.request('echo', { a: 'ü\n' }), client.request('echo', [1])])).toEqual([{ a: 'ü\n' }, [1]]);
    await expect(client.request('refuse', {})).rejects.toMatchObject({ code: 'no', sentence: 'Not now.', remedy: 'later' });
    await expect(client.request('break', {})).rejects.toThrow('boom');
    await expect(client.request('toString', {})).rejects.toMatchObject({ code: 'unknown_method' });
    expect(problems).toHaveLength(1);
    await client.request('watch', {});
    expect(news).toEqual([['news', { n: 1 }]]);
    client.close();
  });

  it('survives whatever is written to it, and cuts off a line without end', async () => {
    await serve();
    const socket = connect(path);
    socket.on('error', () => undefined);
    socket.write('not json\n{"id":{}}\n[]\n\0\n{"method":"echo"}\n');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const flood = 'x'.repeat(1024 * 1024);
    for (let sent = 0; sent < 6 && !socket.destroyed; sent += 1) socket.write(flood);
    await closed;
    const client = await connectLines(path);
    expect(await client.request('echo', 1)).toBe(1);
    client.close();
  });

  it('says when nobody is there, and rejects what was asked of somebody who went', async () => {
    await expect(connectLines(path)).rejects.toThrow(NobodyListens);
    await writeFile(path, '');
    await expect(connectLines(path)).rejects.toThrow(NobodyListens);
    await serve();
    const client = await connectLines(path);
    const gone = server?.close();
    server = undefined;
    await gone;
    await waitFor('the end of the connection', () => client.closed.then(() => true));
    await expect(client.request('echo', 1)).rejects.toThrow(NobodyListens);
  });
});
