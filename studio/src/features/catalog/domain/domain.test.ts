import { RunStatus } from '@maestro/protocol';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { nextStep, statusOf } from './analysis.js';
import { embeddingText, searchWords } from './artifact-text.js';
import { fuse } from './fuse.js';
import { cosine, DIMENSIONS, folded, hashEmbedding } from './hash-embedding.js';
import { diffLines } from './line-diff.js';
import { nearest } from './nearest.js';
import { wordsOf } from './words.js';

describe('words', () => {
  it.each([
    ['getUserByID', ['get', 'user', 'id']],
    ['HTTPServer2_start', ['http', 'serv', '2', 'start']],
    ['how do I parse a date?', wordsOf('parseDate')],
    ['Sorting of arrays', wordsOf('sort_array')],
    ['状态 über', ['状态', 'über']],
  ])('%s', (text, words) => expect(wordsOf(text)).toEqual(words));

  it.each([['parse', 'parsing', 'parsed', 'parser', 'parses'], ['normalize', 'normalizes', 'normalized', 'normalizing'], ['stop', 'stopping', 'stopped'], ['create', 'creating', 'created', 'creation']])('%s and its kin are one word', (...kin) => {
    expect(new Set(kin.map((word) => wordsOf(word).join())).size, kin.map((word) => wordsOf(word).join()).join(' ')).toBe(1);
  });

  test.prop([fc.string()])('never throw, are never empty, and hold nothing that a text search would take for an operator', (text) => {
    for (const word of wordsOf(text)) expect(word).toMatch(/^[\p{L}\p{N}]{1,42}$/u);
  });
});

describe('the hashed embedding', () => {
  test.prop([fc.string()])('has length 1, or is nothing', (text) => {
    const embedding = hashEmbedding(text);
    expect(embedding).toHaveLength(DIMENSIONS);
    const length = Math.sqrt(cosine(embedding, embedding));
    expect(wordsOf(text).length === 0 ? length : Math.abs(length - 1) < 1e-5 ? 0 : length).toBe(0);
  });

  it('puts what uses the same words, or parts of them, nearer than what does not', () => {
    const ask = hashEmbedding('parse a date string');
    const near = cosine(ask, hashEmbedding('parseDate(text: string): Date'));
    expect(near).toBeGreaterThan(0.4);
    expect(cosine(ask, hashEmbedding('pasre dates'))).toBeGreaterThan(cosine(ask, hashEmbedding('open the socket')));
    expect(near).toBeGreaterThan(cosine(ask, hashEmbedding('renderButton(props)')) + 0.3);
  });

  it('takes embeddings of other lengths, and keeps what is near near', () => {
    const one = Array.from({ length: 1_536 }, (_, index) => Math.sin(index));
    const other = one.map((value, index) => value + 0.2 * Math.cos(index * 7));
    const far = Array.from({ length: 1_536 }, (_, index) => Math.cos(index * 3));
    expect(cosine(folded(one), folded(other))).toBeGreaterThan(0.9);
    expect(Math.abs(cosine(folded(one), folded(far)))).toBeLessThan(0.3);
    expect(folded([3, 4]).slice(0, 3)).toEqual(Float32Array.from([0.6, 0.8, 0]));
  });
});

describe('fusion', () => {
  it('puts what both rankings have above what one has first', () => {
    expect(fuse([['a', 'b', 'c'], ['d', 'b']], 3).map(({ id }) => id)).toEqual(['b', 'a', 'd']);
    expect(fuse([[], []], 3)).toEqual([]);
  });

  it('nearest first; equal ones by id', () => {
    const at = (x: number) => Float32Array.from([x, Math.sqrt(1 - x * x)]);
    expect(nearest(at(1), [{ id: 'c', embedding: at(0.5) }, { id: 'b', embedding: at(0.9) }, { id: 'a', embedding: at(0.5) }], 3).map(({ id }) => id)).toEqual(['b', 'a', 'c']);
  });
});

describe('what is searched', () => {
  const artifact = { name: 'totalOf', container: 'Cart', signature: 'totalOf(cart: Cart): Money', doc: 'The sum of a cart.' };
  it('is the name above all, and the end of the path', () => {
    expect(embeddingText('packages/shop/src/cart/total.ts', artifact).split('\n')).toEqual(['totalOf', 'totalOf', 'Cart', 'totalOf(cart: Cart): Money', 'The sum of a cart.', 'src cart total']);
    expect(searchWords('a/total.ts', artifact)).toEqual({ name: 'total', signature: 'cart total cart cart money', doc: 'sum cart', path: 'total' });
  });
});

describe('line diff', () => {
  it('shows what was added and removed in place', () => {
    expect(diffLines('a\nb\nc', 'a\nx\nc\nd').map(({ change, text }) => `${change[0]}${text}`)).toEqual(['sa', 'rb', 'ax', 'sc', 'ad']);
  });
  const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 20 }).map((lines) => lines.join('\n'));
  test.prop([text, text])('gives both texts back', (from, to) => {
    const lines = diffLines(from, to);
    const without = (left: string) => lines.filter(({ change }) => change !== left).map((line) => line.text).join('\n');
    expect([without('added'), without('removed')]).toEqual([from, to]);
  });
});

describe('an analysis', () => {
  it.each(Object.values(RunStatus))('whose run is %s', (status) => {
    const next = { dispatched: 'wait', claimed: 'wait', running: 'wait', waiting: 'wait', lost: 'offer', cancelled: 'stopped' } as Readonly<Record<string, string>>;
    expect(nextStep({ id: '', status, inGrace: false })).toBe(next[status] ?? 'offer');
    expect(statusOf({ status: 'open' }, { id: '', status, inGrace: false })).toBe(status === 'claimed' || status === 'running' ? 'running' : 'waiting');
    expect(statusOf({ status: 'done' }, { id: '', status, inGrace: false })).toBe('done');
  });
  it('without a run, or with one that may come back', () => {
    expect([nextStep(undefined), nextStep({ id: '', status: 'lost', inGrace: true })]).toEqual(['offer', 'wait']);
  });
});
