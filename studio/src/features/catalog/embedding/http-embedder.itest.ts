import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { cosine } from '../domain/hash-embedding.js';
import { EmbedderFailed } from './embedder.js';
import { HttpEmbedder } from './http-embedder.js';

interface Asked {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly model: string; readonly input: readonly string[]; readonly dimensions?: number };
}
type Answer = (asked: Asked) => { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown };

/** A server of the OpenAI embeddings interface on loopback, which says what it is told to. */
describe('embeddings over HTTP', () => {
  let server: Server | undefined;
  const asked: Asked[] = [];
  afterEach(() => {
    asked.length = 0;
    server?.closeAllConnections();
    server?.close();
  });

  async function embedder(answer: Answer, more: { readonly key?: string; readonly timeoutMs?: number } = {}): Promise<HttpEmbedder> {
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
      request.on('end', () => {
        const each: Asked = { url: request.url, headers: request.headers, body: JSON.parse(text) as Asked['body'] };
        asked.push(each);
        const { status = 200, headers = {}, body } = answer(each);
        if (status !== 0) response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body ?? {}));
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return new HttpEmbedder({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, model: 'small', key: more.key, ...(more.timeoutMs === undefined ? {} : { timeoutMs: more.timeoutMs }) });
  }

  /** As many numbers as asked for, else 1,536; in an order of the server's own. */
  const usual: Answer = ({ body: { input, dimensions = 1_536 } }) => ({
    body: { data: input.map((text, index) => ({ index, embedding: Array.from({ length: dimensions }, (_, place) => Math.sin(place * (text.length + 1))) })).reverse() },
  });

  it('asks for what is stored, with the key, and puts the answers in order', async () => {
    const from = await embedder(usual, { key: 'secret' });
    const [one, other] = await from.embed(['a', 'four']);
    expect(asked).toMatchObject([{ url: '/v1/embeddings', headers: { authorization: 'Bearer secret' }, body: { model: 'small', input: ['a', 'four'], dimensions: 256 } }]);
    expect([one?.length, other?.length, from.id]).toEqual([256, 256, 'http-small-256']);
    expect(cosine(one ?? [], one ?? [])).toBeCloseTo(1, 4);
    const [again] = await from.embed(['four']);
    expect(cosine(other ?? [], again ?? [])).toBeCloseTo(1, 4);
  });

  it('folds longer embeddings itself where the server cannot shorten, and does not ask for it again', async () => {
    const from = await embedder((each) => (each.body.dimensions === undefined ? usual(each) : { status: 400 }));
    expect((await from.embed(['a']))[0]).toHaveLength(256);
    await from.embed(['b']);
    expect(asked.map(({ body }) => body.dimensions)).toEqual([256, undefined, undefined]);
    expect(asked[0]?.headers.authorization).toBeUndefined();
  });

  it.each<[string, Answer, RegExp]>([
    ['says no', () => ({ status: 401 }), /answered 401.*_KEY/],
    ['answers something else', () => ({ body: { hello: 1 } }), /something else than embeddings/],
    ['leaves one out', () => ({ body: { data: [{ index: 0, embedding: [1] }] } }), /left out text 2 of 2/],
    ['sends us elsewhere', () => ({ status: 307, headers: { location: 'http://127.0.0.1:1/' } }), /could not be reached/],
    ['says nothing', () => ({ status: 0 }), /could not be reached/],
  ])('a server that %s is no reason to fail for whoever asks', async (_what, answer, sentence) => {
    const failure = await (await embedder(answer, { timeoutMs: 300 })).embed(['a', 'b']).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EmbedderFailed);
    expect((failure as Error).message).toMatch(sentence);
    expect((failure as Error).message).not.toContain('secret');
  });
});
