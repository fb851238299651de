import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { distance, nearest } from './nearest.js';

const KNOWN = ['connect', 'disconnect', 'plan', 'project', 'status', 'steer', 'task', 'run', 'help'];
const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });

describe('the nearest word', () => {
  it.each([
    ['conect', 'connect'],
    ['plna', 'plan'],
    ['PLAN', 'plan'],
    ['stauts', 'status'],
    ['tasks', 'task'],
    ['proj', 'project'],
    ['ru', 'run'],
    ['xyzzy', undefined],
    ['a', undefined],
  ])('to %s is %s', (typed, meant) => {
    expect(nearest(typed, KNOWN)).toBe(meant);
  });

  test.prop([word, word])('distance is the same both ways, and 0 only for the same word', (one, other) => {
    expect(distance(one, other)).toBe(distance(other, one));
    expect(distance(one, other) === 0).toBe(one === other);
    expect(distance(one, other)).toBeLessThanOrEqual(Math.max(one.length, other.length));
  });
});
