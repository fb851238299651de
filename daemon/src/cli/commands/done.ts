import { defineCommand, text } from '../command.js';
import { failure } from '../failure.js';
import { readTaskKey } from '../shared/find-task.js';
import { runOfFolder } from '../shared/lane-here.js';
import { Machine } from '../shared/machine.js';

export const done = defineCommand({
  details:
    'For work that you do yourself (--agent manual): says that the lane is ready. It is then validated and taken like the work of any agent. Inside a lane it means that lane; elsewhere the only work of yours on this machine, or the task that you name. ' +
    'For a review, end the message with a line VERDICT: APPROVED or VERDICT: REJECTED — <reason>.',
  options: { task: text('--task <key>', 'The task that is done'), message: text('-m, --message <text>', 'What you did, or your verdict') },
  examples: ['maestro done', 'maestro done -m "Negative quantities are refused"', 'maestro done --task SHOP-12 -m "VERDICT: APPROVED"'],
  reports: true,
  async run(world, input) {
    const key = input.task === undefined ? undefined : readTaskKey(input.task)?.key;
    if (input.task !== undefined && key === undefined) throw failure('usage', `"${input.task}" is not the key of a task.`, 'a key such as SHOP-12');
    const machine = new Machine(world);
    const daemon = await machine.daemon();
    try {
      const run = key ?? (await runOfFolder(machine, world.cwd));
      const finished = await daemon.call('done', { message: input.message ?? '', ...(run === undefined ? {} : { run }) });
      return { json: { run: finished.run, taskKey: finished.taskKey ?? null }, text: `${finished.taskKey ?? 'The work'} is taken; it is validated now. Follow it with: maestro logs -f${finished.taskKey === undefined ? '' : ` ${finished.taskKey}`}` };
    } finally {
      daemon.close();
    }
  },
});
