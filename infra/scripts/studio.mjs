// @ts-check
// `npm run studio`: the studio alone, with nothing in it, as a team would run it. Settings are environment variables (infra/docs/configuration.md).
import { fileURLToPath } from 'node:url';
import { prepare } from './lib/prepare.mjs';

if (!(await prepare({ quiet: true }))) process.exit(1);
await import(fileURLToPath(new URL('../../studio/dist/main.js', import.meta.url)));
