import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { text } from '../../command.js';
import { taskAction } from '../../shared/task-action.js';

export const taskDecline = taskAction({
  details: 'Gives back a task that is offered to you; whoever offered it reads why.',
  options: { why: text('--why <text>', 'The reason') },
  examples: ['maestro task decline SHOP-12 --why "I am away until Monday"'],
  act: (studio, task, { why }) => studio.call(ENDPOINTS.declineTask, { path: { task: task.id }, body: { why: why ?? '' } }),
  said: (task) => `${task.key} is given back.`,
});
