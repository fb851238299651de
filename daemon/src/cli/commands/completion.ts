import { defineCommand, oneOf } from '../command.js';
import { SHELLS, completionScript } from '../shared/completion.js';

export const completion = defineCommand({
  details: 'Prints a script for your shell, made from the commands themselves.',
  arguments: { shell: oneOf(SHELLS, 'Your shell') },
  examples: ['source <(maestro completion bash)', 'maestro completion zsh > ~/.zfunc/_maestro', 'maestro completion fish > ~/.config/fish/completions/maestro.fish'],
  reports: false,
  run: async (world, { shell }) => ({ json: undefined, text: completionScript(shell, await world.commandLine.places()) }),
});
