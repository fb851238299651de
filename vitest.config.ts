import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const resolve = { alias: { '@maestro/protocol': at('protocol/src/index.ts') } };
const exclude = ['**/node_modules/**', '**/dist/**'];

// `unit` does no I/O and belongs to the inner loop; `integration` uses real databases, git and processes; `e2e` drives
// the built programs from outside, on the store that MAESTRO_E2E_STORE names (`embedded`, the default, or `postgres`); `browser` looks at
// the same programs through Chromium.
/** Several studios need a database that several can open. */
const NEEDS_POSTGRES = ['infra/e2e/scale-out.e2e.ts'];
/**
 * What is asked here is asked of machines, lanes and agents, or of people's rights: which database the studio has is asked by the
 * integration suites of the same features, on both. So each of these is played beside one, and the time goes to what can differ.
 */
const ON_POSTGRES_ONLY = [...NEEDS_POSTGRES, 'infra/e2e/waiting.e2e.ts'];
const ON_EMBEDDED_ONLY = ['infra/e2e/lanes.e2e.ts', 'infra/e2e/foreign.e2e.ts', 'infra/e2e/people.e2e.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          include: ['{protocol,studio,daemon,infra}/**/*.test.ts', 'web/src/**/*.test.{ts,tsx}'],
          exclude,
          // Pure tests leave nothing behind, and loading every module anew for each file costs more than running them all.
          isolate: false,
          // Properties and explorations take seconds where the machine is busy; a hang still ends.
          testTimeout: 60_000,
        },
      },
      {
        resolve,
        test: {
          name: 'integration',
          include: ['{protocol,studio,daemon,infra}/**/*.itest.ts'],
          exclude: [...exclude, 'infra/e2e/**', 'infra/browser/**'],
          globalSetup: [at('infra/test-support/integration-setup.ts')],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        resolve,
        test: {
          name: 'e2e',
          include: ['infra/e2e/**/*.e2e.ts'],
          exclude: [...exclude, ...(process.env['MAESTRO_E2E_STORE'] === 'postgres' ? ON_EMBEDDED_ONLY : ON_POSTGRES_ONLY)],
          globalSetup: [at('infra/test-support/e2e-setup.ts')],
          // Far beyond what any takes; a hang still ends.
          testTimeout: 300_000,
          hookTimeout: 180_000,
          // Each file boots a studio, daemons and agents: more of them would only slow one another down.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        resolve,
        test: {
          name: 'browser',
          include: ['infra/browser/**/*.browser.ts'],
          exclude,
          globalSetup: [at('infra/test-support/e2e-setup.ts')],
          testTimeout: 480_000,
          hookTimeout: 180_000,
          // As long as a page may take for anything else: a machine that is busy is no failure.
          expect: { poll: { timeout: 60_000 } },
          // Each waits for its own page most of the time; more of them would slow one another down.
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
