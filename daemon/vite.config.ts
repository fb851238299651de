import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const source = (path: string) => fileURLToPath(new URL(`src/${path}`, import.meta.url));

/**
 * What a command begins with, and what asks the daemon: with all that they import, in one file, because finding and opening one takes as
 * long as compiling thirty kilobytes.
 */
const BASE = /\/src\/(?:cli\/(?:call|command|registry|terminal|shared\/local-daemon|format\/(?:table|words))|config\/settings|platform\/(?:clock|own-files))\.ts$/;

/**
 * Puts what `maestro` runs into few files. Every command, agent and tool server is a process of its own, and resolving and reading some three
 * hundred modules took more time than what most of them are started for. `dist` is compiled beside it, for types and for what looks at single modules.
 */
export default defineConfig({
  ssr: {
    noExternal: true,
    // Native or WebAssembly, found by their folder; or big and seldom needed.
    external: ['keytar', 'oxc-parser', 'web-tree-sitter', '@vscode/tree-sitter-wasm', 'pino', 'ink', 'react'],
  },
  build: {
    ssr: true,
    outDir: 'bundle',
    target: 'node20',
    minify: false,
    sourcemap: true,
    rollupOptions: {
      input: {
        main: source('cli/main.ts'),
        'rehearsal-agent': source('features/agents/rehearsal/agent-main.ts'),
        parser: source('features/analysis/parsers/parser-main.ts'),
      },
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: 'parts/[name]-[hash].js',
        codeSplitting: { groups: [{ name: 'base', test: BASE }] },
      },
    },
  },
});
