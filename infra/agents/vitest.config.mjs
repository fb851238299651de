// @ts-check
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** @param {string} path */
const at = (path) => fileURLToPath(new URL(path, import.meta.url));

// The suite against the real agent programs. A configuration of its own, because `vitest run` must not find it: the programs are
// hundreds of megabytes that only `npm run test:agents` installs.
export default defineConfig({
  root: at('../..'),
  resolve: { alias: { '@maestro/protocol': at('../../protocol/src/index.ts') } },
  test: {
    name: 'agents',
    include: ['infra/agents/**/*.agents.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Each program takes a core; side by side they would only slow one another down.
    fileParallelism: false,
  },
});
