import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { textParts } from './parts.js';

describe('a text in parts', () => {
  test.prop([fc.string({ unit: 'grapheme', maxLength: 80 }), fc.integer({ min: 2, max: 20 })])('joins on without a gap, and splits no character', (text, size) => {
    const parts = textParts(text, size);
    expect(parts.map((part) => part.text).join('')).toBe(text);
    let offset = 0;
    for (const part of parts) {
      expect(part.text.length).toBeLessThanOrEqual(size);
      expect(part.text, 'no half of a character').not.toMatch(/\p{Cs}/u);
      if (parts.length > 1) expect(part).toMatchObject({ offset, of: text.length });
      offset += part.text.length;
    }
  });

  it('is whole when it is short, and ends when it is far too long', () => {
    expect(textParts('')).toEqual([{ text: '' }]);
    expect(textParts('short')).toEqual([{ text: 'short' }]);
    expect(textParts('abcdefgh', 3, 5)).toEqual([{ text: 'abc', offset: 0, of: 8 }, { text: 'de', offset: 3, of: 8 }]);
  });
});
