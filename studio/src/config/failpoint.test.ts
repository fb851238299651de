import { describe, expect, it } from 'vitest';
import { failpointText, FAILPOINTS, parseFailpoint } from './failpoint.js';

describe('a failpoint', () => {
  it.each(FAILPOINTS.map((point) => [point] as const))('%s can be set', (point) => {
    expect(failpointText.safeParse(`${point}:3`).success).toBe(true);
    expect(parseFailpoint(`${point}:3`)).toEqual({ point, times: 3 });
  });

  it.each(['run/finish', 'run/finish:committed', 'run/finish:committed:0', 'run/finish:committed:x', 'run/events:commit:1', ':1', ''])('is not %j', (text) => {
    expect(failpointText.safeParse(text).success).toBe(false);
  });

  it('is listed once', () => {
    expect(new Set(FAILPOINTS).size).toBe(FAILPOINTS.length);
  });
});
