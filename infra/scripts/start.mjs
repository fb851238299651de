// @ts-check
// `npm start`: brings the checkout to where it can run, then runs the main job. Plain JavaScript: this is what installs everything else.
import { prepare } from './lib/prepare.mjs';

const args = process.argv.slice(2);
// With --json standard output belongs to the progress lines; what npm and turbo say goes to standard error.
const ready = await prepare({ quiet: args.includes('--json') });
if (!ready) process.exit(1);
const { main } = await import(new URL('../dist/scripts/start/main.js', import.meta.url).href);
process.exit(await main(args));
