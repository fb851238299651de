import { defineCommand, text, words } from '../command.js';
import { failure } from '../failure.js';
import { Machine } from '../shared/machine.js';
import { projectOption } from '../shared/options.js';
import { steerRun } from '../shared/steering.js';

export const steer = defineCommand({
  details: 'Gives your words to the agent at work on this machine, or to the one that --task or --run names, wherever it is: at once where its program can take them, else with its next turn.',
  arguments: { text: words('What the agent should know or do') },
  options: { task: text('--task <key>', 'The task whose agent is meant'), run: text('--run <run>', 'The run that is meant, by the end of its id'), project: projectOption },
  examples: ['maestro steer "Use the helper in src/cart.js"', 'maestro steer --task SHOP-12 "Stop when the tests pass"'],
  reports: true,
  run: (world, input) => {
    if (input.task !== undefined && input.run !== undefined) throw failure('usage', 'Both --task and --run are given.', 'one of the two');
    return steerRun(new Machine(world), { text: input.text.join(' '), of: input.run ?? input.task, project: input.project });
  },
});
