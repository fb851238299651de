import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

const STUDIO = 'http://127.0.0.1:4680';

/**
 * `npm run dev` serves the pages with reload on change and passes everything else to a studio on its usual port. That studio must be
 * told about them: `MAESTRO_ALLOWED_ORIGINS=http://localhost:5173`.
 */
export default defineConfig({
  plugins: [react(), tailwindcss(), compressed()],
  build: {
    // The studio's content security policy refuses data: URLs for scripts and fonts, and inline scripts altogether.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': STUDIO, '/ws': { target: STUDIO, ws: true } } },
});

/** Writes a `.gz` beside each text file, so that the studio sends it small without compressing at every request. */
function compressed(): Plugin {
  return {
    name: 'maestro:compressed',
    apply: 'build',
    // On disk, after everything: what a bundle holds before is not yet what is written. Vite itself still replaces markers in it.
    async writeBundle({ dir = '' }, bundle) {
      for (const name of Object.keys(bundle)) {
        if (/\.(?:js|css|svg)$/.test(name)) await writeFile(join(dir, `${name}.gz`), gzipSync(await readFile(join(dir, name)), { level: 9 }));
      }
    },
  };
}
