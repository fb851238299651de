import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsUnstorable } from './storable-text.pipe.js';

describe('holdsUnstorable', () => {
  it.each([['a\u0000b'], [{ a: ['x', { b: '\ud800' }] }], [{ 'key\u0000': 1 }], [['\udc00\ud800']]])('finds %j', (value) => expect(holdsUnstorable(value)).toBe(true));
  it.each([['plain'], [{ emoji: '😀', none: null, list: [1, true, undefined, 'tab\t'] }], [undefined], [7]])('lets %j pass', (value) => expect(holdsUnstorable(value)).toBe(false));
  it('looks at every member behind an undefined one', () => expect(holdsUnstorable(['\u0000', undefined])).toBe(true));
  it('agrees with what a whole text in well-formed Unicode is', () => {
    fc.assert(fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => !/\\u0000|\\ud[89a-f]/i.test(JSON.stringify(value) ?? '') === !holdsUnstorable(value)));
  });
});
