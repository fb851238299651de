import { expect, it } from 'vitest';
import { counted, duration, figure } from './figures.js';

it.each([
  [0, '0 s'],
  [840, '840 ms'],
  [12_900, '12 s'],
  [252_000, '4 min 12 s'],
  [3 * 3_600_000, '3 h'],
  [2 * 86_400_000 + 4 * 3_600_000 + 5_000, '2 d 4 h'],
])('%s ms are %s', (ms, said) => {
  expect(duration(ms)).toBe(said);
});

it('parts thousands by thin spaces, and counts one in the singular', () => {
  expect(figure(1_234_567)).toBe('1\u2009234\u2009567');
  expect([counted(1, 'file'), counted(20_000, 'file')]).toEqual(['1 file', '20\u2009000 files']);
});
