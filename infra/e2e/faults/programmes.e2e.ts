import { describe, expect, it } from 'vitest';
import { PROGRAMMES } from './programmes.js';
import { ON_SERVERS, faultSite } from './world/fault-site.js';

describe('troubles made on purpose', () => {
  const at = faultSite();

  for (const { id, says, play } of PROGRAMMES.filter(({ minds }) => ON_SERVERS || minds === 'store')) {
    it(`${says} (${id})`, async () => {
      const found = await play({ site: at.site, servers: at.servers, large: false, seed: 1 });
      console.log(`${id}: ${found}`);
      expect(found).not.toBe('');
    });
  }
});
