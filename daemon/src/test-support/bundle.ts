import { mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** A program made of one file, for tests that start our own programs as real processes without building the package first. */
export interface Bundle {
  /** Absolute path of a JavaScript file that node can run. */
  readonly file: string;
  remove(): Promise<void>;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Bundles a TypeScript main file with everything it imports. Takes about a second.
 *
 * @param entry relative to `daemon/src`.
 * @param external packages with files of their own (native code, WebAssembly), which are left where they are.
 */
export async function bundle(entry: string, external: readonly string[] = []): Promise<Bundle> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'maestro-bundle-')));
  // A package of its own: by its manifest the program finds what belongs to it.
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n');
  if (external.length > 0) await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '@maestro/protocol': join(root, 'protocol/src/index.ts') } },
    ssr: { noExternal: true, external: [...external] },
    build: {
      ssr: join(root, 'daemon/src', entry),
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'main.mjs', chunkFileNames: '[name]-[hash].mjs' } },
    },
  });
  return { file: join(folder, 'main.mjs'), remove: () => rm(folder, { recursive: true, force: true }) };
}
