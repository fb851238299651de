export { ActionDialog } from './ActionDialog.js';
export { actionsOf } from './domain/actions.js';
export type { TaskAction } from './domain/actions.js';
export { moveRequestOf, requestOf } from './domain/requests.js';
export type { Input } from './domain/requests.js';
export { ACTION_WORDS } from './domain/words.js';
export { TASK_LOOKS } from './looks.js';
export { TaskDrawer } from './TaskDrawer.js';
export { useTaskAct } from './use-task-act.js';
