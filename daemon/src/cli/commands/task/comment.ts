import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { defineCommand, flag, words } from '../../command.js';
import { findTask } from '../../shared/find-task.js';
import { Machine } from '../../shared/machine.js';
import { taskArgument } from '../../shared/task-action.js';

export const taskComment = defineCommand({
  details: 'Adds a comment. Agents read only comments that are meant for them, with their next run.',
  arguments: { task: taskArgument, text: words('The comment') },
  options: { forAgent: flag('--for-agent', "Give it to the task's agent, too") },
  examples: ['maestro task comment SHOP-12 "Ada knows this code"', 'maestro task comment SHOP-12 --for-agent "Keep the old name exported"'],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const task = await findTask(machine, studio, input.task);
    const comments = await studio.call(ENDPOINTS.commentTask, { path: { task: task.id }, body: { text: input.text.join(' '), forAgent: input.forAgent } });
    return { json: comments, text: `Said on ${task.key}.` };
  },
});
