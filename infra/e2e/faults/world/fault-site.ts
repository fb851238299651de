import { afterAll, beforeAll } from 'vitest';
import { storeKind } from '../../../test-support/index.js';
import { Site } from '../../harness/site.js';
import { QUICK } from './rhythms.js';
import { ownServers } from './servers.js';
import type { OwnServers } from './servers.js';

/** Whether the studio of this run has a PostgreSQL, which can be crashed beside it. */
export const ON_SERVERS = storeKind() === 'postgres';

/** What the troubles of a file befall. */
export interface FaultSite {
  /** Only within tests. */
  readonly site: Site;
  /** Theirs alone, and absent where the store is embedded. */
  readonly servers: OwnServers | undefined;
}

/** One studio with quick rhythms for all tests of the suite that calls this. */
export function faultSite(): FaultSite {
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
  return {
    get site() {
      if (site === undefined) throw new Error('the studio of these tests has not been started');
      return site;
    },
    get servers() {
      return servers;
    },
  };
}
