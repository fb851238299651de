import { defineCommand, words } from '../../command.js';
import { Machine } from '../../shared/machine.js';
import { projectOption } from '../../shared/options.js';
import { runArgument } from '../../shared/run-options.js';
import { steerRun } from '../../shared/steering.js';

export const runSteer = defineCommand({
  details: 'Gives your words to the agent of a run: at once where its program can take them, else with its next turn.',
  arguments: { run: runArgument, text: words('What the agent should know or do') },
  options: { project: projectOption },
  examples: ['maestro run steer SHOP-12 "Use the helper in src/cart.js"'],
  reports: true,
  run: (world, input) => steerRun(new Machine(world), { text: input.text.join(' '), of: input.run, project: input.project }),
});
