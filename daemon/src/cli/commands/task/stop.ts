import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { text } from '../../command.js';
import { standing, taskAction } from '../../shared/task-action.js';

export const taskStop = taskAction({
  details: 'Stops the agent at work and blocks the task until somebody says how it goes on. What it has done so far is kept.',
  options: { why: text('--why <text>', 'The reason, for whoever goes on') },
  examples: ['maestro task stop SHOP-12', 'maestro task stop SHOP-12 --why "It is on the wrong track"'],
  act: (studio, task, { why }) => studio.call(ENDPOINTS.stopTask, { path: { task: task.id }, body: { why: why ?? '' } }),
  said: (task) => `${task.key} is stopped. ${standing(task)}`,
});
