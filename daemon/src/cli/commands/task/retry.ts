import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { text } from '../../command.js';
import { standing, taskAction } from '../../shared/task-action.js';

export const taskRetry = taskAction({
  details: 'Lets a task that is blocked or cancelled be tried again, with fresh attempts. The note reaches the agent.',
  options: { note: text('--note <text>', 'What the agent should know this time') },
  examples: ['maestro task retry SHOP-12', 'maestro task retry SHOP-12 --note "The database is in compose.yaml"'],
  act: (studio, task, { note }) => studio.call(ENDPOINTS.retryTask, { path: { task: task.id }, body: note === undefined ? {} : { note } }),
  said: (task) => `${task.key} is tried again. ${standing(task)}`,
});
