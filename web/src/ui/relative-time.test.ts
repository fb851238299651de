import { expect, it } from 'vitest';
import { relativeTime } from './relative-time.js';

const NOW = Date.parse('2026-03-02T12:00:00Z');

it.each([
  ['2026-03-02T12:00:05Z', 'now'],
  ['2026-03-02T11:59:01Z', 'now'],
  ['2026-03-02T11:59:00Z', '1 min'],
  ['2026-03-02T11:00:01Z', '59 min'],
  ['2026-03-02T11:00:00Z', '1 h'],
  ['2026-03-01T12:00:00Z', '1 d'],
  ['2026-02-01T12:00:00Z', '29 d'],
  ['2026-01-31T12:00:00Z', '2026-01-31'],
])('%s is %s', (at, said) => {
  expect(relativeTime(at, NOW)).toBe(said);
});
