import { anyWords, defineCommand } from '../command.js';

export const help = defineCommand({
  details: 'The same as --help after the command.',
  arguments: { command: anyWords('The command; without it all are listed') },
  examples: ['maestro help', 'maestro help plan', 'maestro help plan import'],
  reports: false,
  run: async (world, input) => ({ json: undefined, text: await world.commandLine.helpOf(input.command) }),
});
