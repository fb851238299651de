import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { defineCommand, text } from '../../command.js';
import { spoken } from '../../format/words.js';
import { findRun } from '../../shared/find-run.js';
import { Machine } from '../../shared/machine.js';
import { projectOption } from '../../shared/options.js';
import { runArgument } from '../../shared/run-options.js';

export const runCancel = defineCommand({
  details: 'Stops one run with everything it has started. Its task may be tried again by itself; to stop the task, use `maestro task stop`.',
  arguments: { run: runArgument },
  options: { why: text('--why <text>', 'The reason'), project: projectOption },
  examples: ['maestro run cancel SHOP-12', 'maestro run cancel 3f2c1ab4 --why "It loops"'],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const found = await findRun(machine, studio, input.run, input.project);
    const answer = await studio.call(ENDPOINTS.cancelRun, { path: { run: found.id }, body: { why: input.why ?? '' } });
    return { json: answer, text: `The ${spoken(found.purpose)} run${found.taskKey === null ? '' : ` of ${found.taskKey}`} is being stopped; its lane is kept.` };
  },
});
