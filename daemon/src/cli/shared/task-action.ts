import type { TaskView } from '@maestro/protocol';
import type { Command, OptionSpec, World } from '../command.js';
import { defineCommand, required } from '../command.js';
import { findTask } from './find-task.js';
import type { Studio } from './machine.js';
import { Machine } from './machine.js';

export const taskArgument = required('Key of the task, such as SHOP-12');

type Options = Readonly<Record<string, OptionSpec<unknown>>>;
type Values<O extends Options> = { readonly [K in keyof O]: O[K] extends OptionSpec<infer T> ? T : never };

export interface TaskAction<O extends Options> {
  readonly details: string;
  readonly examples: readonly [string, ...string[]];
  readonly options?: O;
  readonly act: (studio: Studio, task: TaskView, input: Values<O>, world: World) => Promise<TaskView>;
  /** What has happened, about the task as it is then. */
  readonly said: (task: TaskView) => string;
}

/** A command that does one thing to one task. */
export function taskAction<const O extends Options = {}>(action: TaskAction<O>): Command {
  return defineCommand({
    details: action.details,
    arguments: { task: taskArgument },
    options: (action.options ?? {}) as Options,
    examples: action.examples,
    reports: true,
    async run(world, input) {
      const machine = new Machine(world);
      const studio = await machine.studio();
      const task = await action.act(studio, await findTask(machine, studio, input.task), input as unknown as Values<O>, world);
      return { json: task, text: action.said(task) };
    },
  });
}

/** How things stand, to end a sentence with. */
export function standing(task: TaskView): string {
  return task.blocked === null ? `It is ${task.status.replaceAll('_', ' ')} now.` : `It is blocked now: ${task.blocked.sentence}`;
}
