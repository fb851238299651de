import { describe, expect, it } from 'vitest';
import { askedAs, linesOf, pathParts, questionOf, rankingSentence } from './search.js';

describe('a question', () => {
  it('survives the way through an address', () => {
    const asked = questionOf(new URLSearchParams('q=+sum+of+a+cart+&kind=function&language=TypeScript&framework=React'));
    expect(asked).toEqual({ q: 'sum of a cart', kind: 'function', language: 'TypeScript', framework: 'React' });
    expect(askedAs(asked)).toBe('q=sum+of+a+cart&kind=function&language=TypeScript&framework=React&limit=50');
  });

  it('leaves out what is not asked, and kinds that there are not', () => {
    expect(askedAs(questionOf(new URLSearchParams('q=x&kind=spell&language=')))).toBe('q=x&limit=50');
  });

  it.each(['', 'q=', 'q=++', 'kind=function'])('without words is none: %j', (search) => {
    expect(askedAs(questionOf(new URLSearchParams(search)))).toBeUndefined();
  });

  it('is cut to what the studio takes', () => {
    expect(questionOf(new URLSearchParams({ q: 'x'.repeat(900) })).q).toHaveLength(500);
  });
});

it.each([
  ['src/cart/total.ts', 'src/cart/', 'total.ts'],
  ['total.ts', '', 'total.ts'],
])('%s is %j and %j', (path, folder, file) => {
  expect(pathParts(path)).toEqual({ folder, file });
});

it('lines are one number or two', () => {
  expect([linesOf({ line: 3, endLine: 3 }), linesOf({ line: 3, endLine: 9 })]).toEqual(['3', '3–9']);
});

it.each([
  ['fused', 'hash-256-v1', /compare words \(hash-256-v1\)/],
  ['fused', 'text-embedding-3-small', /of meaning \(text-embedding-3-small\)/],
  ['full_text', 'text-embedding-3-small', /full text alone/],
] as const)('%s by %s is said', (ranking, embedder, said) => {
  expect(rankingSentence({ ranking, embedder })).toMatch(said);
});
