import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { defineCommand, words } from '../../command.js';
import { findTask } from '../../shared/find-task.js';
import { Machine } from '../../shared/machine.js';
import { taskArgument } from '../../shared/task-action.js';

export const taskAnswer = defineCommand({
  details: 'Answers what the agent of a task has asked; it then goes on.',
  arguments: { task: taskArgument, text: words('The answer') },
  examples: ['maestro task answer SHOP-12 "Refuse it with an error"'],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const { id } = await findTask(machine, studio, input.task);
    const task = await studio.call(ENDPOINTS.answerTask, { path: { task: id }, body: { text: input.text.join(' ') } });
    return { json: task, text: `The agent of ${task.key} gets your answer.` };
  },
});
