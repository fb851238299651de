import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { standing, taskAction } from '../../shared/task-action.js';

export const taskStart = taskAction({
  details: 'Lets a queued task start now, without waiting for its place. What it depends on must be done.',
  examples: ['maestro task start SHOP-12'],
  act: (studio, task) => studio.call(ENDPOINTS.startTask, { path: { task: task.id }, body: {} }),
  said: (task) => `${task.key} is started. ${standing(task)}`,
});
