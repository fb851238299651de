import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROTOCOL_VERSION, Policy, laneTable, planTable, registry, runTable, sessionTable, taskTable, toOpenRpc } from '@maestro/protocol';
import type { OpenRpcDocument } from './json-rpc-page.js';
import { jsonRpcPage } from './json-rpc-page.js';
import { repositoryRoot } from '../lib/repository.js';
import type { DocPage } from './page.js';
import { policyPage } from './policy-page.js';
import type { Schema } from './schema-rows.js';
import { statesPage } from './states-page.js';

/** Every generated page. A new reference is one entry here and one file beside this one. */
export const pages: readonly DocPage[] = [
  {
    file: 'infra/docs/states.md',
    source: 'protocol/src/states',
    generate: () => statesPage([taskTable, runTable, planTable, sessionTable, laneTable]),
  },
  {
    file: 'infra/docs/json-rpc.md',
    source: 'protocol/src/methods',
    // The page is written against the document as anybody reads it, not against the types it was made from.
    generate: () => jsonRpcPage(toOpenRpc(registry, { title: 'Maestro', version: PROTOCOL_VERSION }) as unknown as OpenRpcDocument),
  },
  {
    file: 'infra/docs/policy.md',
    source: 'protocol/src/policy.ts',
    generate: () => policyPage(Policy.toJSONSchema({ io: 'input' }) as Schema, source('protocol/src/policy.ts')),
  },
];

function source(path: string): string {
  return readFileSync(join(repositoryRoot(), path), 'utf8');
}
