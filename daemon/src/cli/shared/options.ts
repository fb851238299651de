import { optional, text } from '../command.js';

/** Inputs that many commands share, so that they are called and described the same everywhere. */
export const projectOption = text('--project <key>', 'The project, when this folder is in no clone of it');
export const sessionArgument = optional('Name of the session, or the end of its id; without it the one of this machine');
export const planArgument = optional('Title of the plan, the start of it, or the end of its id; without it the only plan at work');
