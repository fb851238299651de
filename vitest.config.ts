import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Two projects: `unit` does no I/O and belongs to the inner loop; `integration` uses real databases, git and processes.
export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias: { '@maestro/protocol': at('protocol/src/index.ts') } },
        test: { name: 'unit', include: ['{protocol,studio,daemon,infra}/**/*.test.ts'], exclude: ['**/node_modules/**', '**/dist/**'] },
      },
      {
        resolve: { alias: { '@maestro/protocol': at('protocol/src/index.ts') } },
        test: {
          name: 'integration',
          include: ['{protocol,studio,daemon,infra}/**/*.itest.ts'],
          exclude: ['**/node_modules/**', '**/dist/**', 'infra/e2e/**'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
