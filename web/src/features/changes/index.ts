export { TaskChanges } from './TaskChanges.js';
