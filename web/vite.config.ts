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
    enforce: 'post',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (!/\.(?:js|css|svg)$/.test(file.fileName)) continue;
        const source = gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 });
        this.emitFile({ type: 'asset', fileName: `${file.fileName}.gz`, source });
      }
    },
  };
}
