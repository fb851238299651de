import { describe, expect, it } from 'vitest';
import { FAILPOINTS, parseFailpoint } from './failpoint.js';

describe('a failpoint', () => {
  it.each(FAILPOINTS)('%s can be set', (point) => {
    expect(parseFailpoint(`${point}:3`)).toEqual({ point, times: 3 });
  });

  it.each(['landing:pushed', 'landing:pushed:0', 'landing:pushed:x', 'landing:thought:1', ':1', ''])('is not %j', (text) => {
    expect(parseFailpoint(text)).toBeUndefined();
  });
});
