import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROTOCOL_VERSION, Policy, laneTable, planTable, registry, runTable, sessionTable, taskTable, toOpenRpc, workerTable } from '@maestro/protocol';
import { askStudio } from './running-studio.js';
import type { OpenRpcDocument } from './json-rpc-page.js';
import { jsonRpcPage } from './json-rpc-page.js';
import { cliPage } from './cli-page.js';
import type { CliCommand, ExitClass } from './cli-page.js';
import { configurationPage } from './configuration-page.js';
import type { Setting } from './configuration-page.js';
import type { OpenApiDocument } from './http-page.js';
import { httpPage } from './http-page.js';
import { repositoryRoot } from '../lib/repository.js';
import { observabilityPage } from './observability-page.js';
import type { DocPage } from './page.js';
import { policyPage } from './policy-page.js';
import type { Schema } from './schema-rows.js';
import { statesPage } from './states-page.js';

/** Every generated page. A new reference is one entry here and one file beside this one. */
export const pages: readonly DocPage[] = [
  {
    file: 'infra/docs/states.md',
    source: 'protocol/src/states',
    generate: () => statesPage([taskTable, runTable, planTable, sessionTable, workerTable, laneTable]),
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
  {
    file: 'infra/docs/http.md',
    source: 'the OpenAPI document of a running studio',
    generate: async () => httpPage((await askStudio('/api/v1/openapi.json')) as OpenApiDocument),
  },
  {
    file: 'infra/docs/observability.md',
    source: 'the metrics of a running studio',
    generate: async () => observabilityPage((await askStudio('/metrics')) as string),
  },
  {
    file: 'infra/docs/configuration.md',
    source: 'studio/src/config and daemon/src/config',
    generate: async () => {
      const studio = (await compiled('studio/dist/config/index.js')) as { configReference(): readonly Setting[] };
      const daemon = (await compiled('daemon/dist/config/settings.js')) as { VARIABLES: Readonly<Record<string, { name: string; doc: string }>> };
      return configurationPage([
        { title: 'Studio', introduction: 'Read from the environment at start. A wrong value stops the start, and all wrong values are named at once.', settings: studio.configReference() },
        {
          title: 'The `maestro` command and its daemon',
          introduction: 'What else they need is asked of the studio, or given as options: see `maestro help`.',
          settings: Object.values(daemon.VARIABLES).map(({ name, doc }) => ({ env: name, doc })),
        },
      ]);
    },
  },
  {
    file: 'infra/docs/cli.md',
    source: 'daemon/src/cli',
    generate: async () => {
      const { completeProgram } = (await compiled('daemon/dist/cli/program.js')) as { completeProgram(): Promise<CliCommand> };
      const { EXITS } = (await compiled('daemon/dist/cli/exit-codes.js')) as { EXITS: readonly ExitClass[] };
      return cliPage(await completeProgram(), EXITS);
    },
  },
];

function source(path: string): string {
  return readFileSync(join(repositoryRoot(), path), 'utf8');
}

/**
 * A compiled module of another package. Not a TypeScript import: `infra` may look at the others only from outside, and a
 * reference to their projects would make every script here wait for all of them to compile.
 */
async function compiled(path: string): Promise<unknown> {
  return import(pathToFileURL(join(repositoryRoot(), path)).href);
}
