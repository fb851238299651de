import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { cells, clip, ends, fit, wrap } from './cells.js';

const width = fc.integer({ min: 2, max: 60 });
const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ''));

describe('cells', () => {
  it.each([['plain', 5], ['größer', 6], ['日本', 4], ['e\u0301', 1], ['🚢 ab', 5], ['⚑ ›│●', 5]])('%s takes %d', (text, count) => {
    expect(cells(text)).toBe(count);
  });

  test.prop([line, width])('a fitted line has exactly its width', (text, most) => {
    expect(cells(fit(text, most))).toBe(most);
    expect(cells(clip(text, most))).toBeLessThanOrEqual(most);
  });

  test.prop([line, line, width])('two ends fill a line, and the right one stays as long as it fits', (left, right, most) => {
    const both = ends(left, right, most);
    expect(cells(both)).toBe(most);
    if (cells(right) <= most) expect(both.endsWith(right)).toBe(true);
  });

  test.prop([line, width])('wrapping loses nothing but spaces, and keeps every line within the width', (text, most) => {
    const lines = wrap(text, most);
    expect(lines.every((each) => cells(each) <= most)).toBe(true);
    expect(lines.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
  });

  it('breaks between words where that leaves a line well filled, and else within one', () => {
    expect(wrap('keep the public names', 10)).toEqual(['keep the', 'public', 'names']);
    expect(wrap('src/a/very/long/path.ts', 10)).toEqual(['src/a/very', '/long/path', '.ts']);
    expect(wrap('', 10)).toEqual(['']);
  });
});
