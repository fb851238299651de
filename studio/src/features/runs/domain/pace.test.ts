import { expect, it } from 'vitest';
import { pauseBetweenBatches } from './pace.js';

it('machines are asked to wait the longer the more is being written, and never for long', () => {
  expect([0, 1, 8, 9, 20, 1_000].map(pauseBetweenBatches)).toEqual([0, 0, 0, 50, 600, 2_000]);
});
