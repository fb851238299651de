import { setup as lendServers } from './integration-setup.js';
import { storeKind } from './studio-store.js';

/** vitest's global set-up of the e2e project: servers only where the suite is to run on them. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  return storeKind() === 'postgres' ? lendServers() : undefined;
}
