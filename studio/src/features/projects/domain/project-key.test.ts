import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyCandidates } from './project-key.js';

const firsts = (name: string, count: number): string[] => {
  const keys = keyCandidates(name);
  return Array.from({ length: count }, () => keys.next().value);
};

describe('keys for a project that was given none', () => {
  it.each([
    ['shop', 'SHOP'],
    ['Shop front end', 'SHOP'],
    ['my-service', 'MY'],
    ['Überblick', 'UBERBLICK'],
    ['3d-viewer', 'D'.repeat(2)],
    ['日本語', 'PROJ'],
    ['internationalization', 'INTERNATIO'],
  ])('%s is %s', (name, key) => {
    expect(firsts(name, 1)).toEqual([key]);
  });

  it('count on when one is taken', () => {
    expect(firsts('shop', 3)).toEqual(['SHOP', 'SHOP2', 'SHOP3']);
    expect(firsts('internationalization', 11).at(-1)).toBe('INTERNAT11');
  });

  it('are always valid, and never the same twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const keys = firsts(name, 40);
        for (const key of keys) expect(key).toMatch(/^[A-Z][A-Z0-9]{1,9}$/);
        expect(new Set(keys).size).toBe(40);
      }),
    );
  });
});
