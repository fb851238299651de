import { required } from '../command.js';

export const runArgument = required('The end of its id, or the key of a task for its latest run');
