import { parseTraceparent } from '@maestro/protocol';
import { expect, it } from 'vitest';
import { newTraceparent } from './trace.js';

it('begins a trace of its own each time, in the form that the studio reads', () => {
  const [one, other] = [parseTraceparent(newTraceparent()), parseTraceparent(newTraceparent())];
  expect(one?.sampled).toBe(true);
  expect(one?.traceId).not.toBe(other?.traceId);
});
