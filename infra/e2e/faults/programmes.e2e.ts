import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeKind } from '../../test-support/index.js';
import { Site } from '../harness/site.js';
import { PROGRAMMES } from './programmes.js';
import { QUICK } from './world/rhythms.js';
import { ownServers } from './world/servers.js';
import type { OwnServers } from './world/servers.js';

const ON_SERVERS = storeKind() === 'postgres';

describe('troubles made on purpose', () => {
  let servers: OwnServers | undefined;
  let site: Site | undefined;
  beforeAll(async () => {
    if (ON_SERVERS) servers = await ownServers();
    site = await Site.open({ ...QUICK, ...servers?.env });
  });
  afterAll(async () => {
    await site?.close();
    await servers?.stop();
  });

  for (const { id, says, play } of PROGRAMMES.filter(({ minds }) => ON_SERVERS || minds === 'store')) {
    it(`${says} (${id})`, async () => {
      const found = await play({ site: site!, servers, large: false, seed: 1 });
      console.log(`${id}: ${found}`);
      expect(found).not.toBe('');
    });
  }
});
