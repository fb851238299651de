import type { CatalogHit, RunPacket } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { RunTools } from './run-tools.js';

const packet = { purpose: 'implement' } as RunPacket;
const subtask = () => Promise.resolve({ ok: true, text: '', waiting: false });

describe('the tool channel_post', () => {
  it('is there for agents of a team, and says what the team was told', async () => {
    const posted: string[] = [];
    const tools = new RunTools({ packet, checkpoint: undefined, subtask, search: () => Promise.resolve(undefined), post: (text) => Promise.resolve({ ok: true, text: `${posted.push(text)}` }) });
    expect(tools.names).toContain('channel_post');
    expect(await tools.handle({ tool: 'channel_post', input: { message: 'Mine is the cart.' } })).toEqual({ ok: true, text: '1' });
    expect(posted).toEqual(['Mine is the cart.']);
  });

  it('is not offered where there is no team, and refused all the same', async () => {
    const tools = new RunTools({ packet, checkpoint: undefined, subtask, search: () => Promise.resolve(undefined), post: undefined });
    expect(tools.names).not.toContain('channel_post');
    expect(await tools.handle({ tool: 'channel_post', input: { message: 'Hello?' } })).toMatchObject({ ok: false });
  });
});

describe('the tool catalog_search', () => {
  const hit = { id: '1', kind: 'function', name: 'totalOf', container: '', signature: 'totalOf(cart:\n  Cart): number', doc: 'The sum\nof a cart.', language: 'TypeScript', path: 'src/cart.ts', line: 12, endLine: 20, exported: true, commit: 'c', blob: 'b', analysedAt: '', stale: true, similarity: 0.5, foundBy: 'both', score: 1 } as unknown as CatalogHit;
  const ask = async (hits: readonly CatalogHit[] | undefined) => {
    const asked: unknown[] = [];
    const tools = new RunTools({ packet, checkpoint: undefined, subtask, post: undefined, search: (query) => (asked.push(query), Promise.resolve(hits)) });
    expect(tools.names).toContain('catalog_search');
    return { asked, answer: await tools.handle({ tool: 'catalog_search', input: { query: 'sum of a cart', kind: 'function', limit: 3 } }) };
  };

  it('answers with one line for each hit, and says which may have changed', async () => {
    const { asked, answer } = await ask([hit]);
    expect(asked).toEqual([{ q: 'sum of a cart', kind: 'function', limit: 3 }]);
    expect(answer).toEqual({ ok: true, text: '- src/cart.ts:12 function `totalOf(cart: Cart): number`: The sum of a cart. (its file may have changed since)' });
  });

  it('tells nothing found from a studio that is away', async () => {
    expect((await ask([])).answer).toMatchObject({ ok: true, text: expect.stringContaining('nothing') as string });
    expect((await ask(undefined)).answer).toMatchObject({ ok: false });
  });
});
