import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { standing, taskAction } from '../../shared/task-action.js';

export const taskCancel = taskAction({
  details: 'Gives the task up. Its agent is stopped; its branch is kept as a snapshot. Tasks that depend on it are blocked.',
  examples: ['maestro task cancel SHOP-12'],
  act: (studio, task) => studio.call(ENDPOINTS.cancelTask, { path: { task: task.id } }),
  said: (task) => `${task.key} is cancelled. ${standing(task)}`,
});
