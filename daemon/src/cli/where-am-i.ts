import { defineCommand } from './command.js';

export const whereAmI = defineCommand({ examples: ['maestro'], reports: true, run: () => Promise.resolve(undefined) });
