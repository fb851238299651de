import { BlockedAction, UnblockTask } from '@maestro/protocol';
import type { TaskView } from '@maestro/protocol';
import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { defineCommand, oneOf, text } from '../../command.js';
import { failure } from '../../failure.js';
import { findMember } from '../../shared/find-member.js';
import { findTask } from '../../shared/find-task.js';
import type { Studio } from '../../shared/machine.js';
import { Machine } from '../../shared/machine.js';
import { standing, taskArgument } from '../../shared/task-action.js';
import { wholeHead } from './approve.js';

/** Raising a budget is a matter of the project's policy, and answering has a command of its own. */
const ACTIONS = Object.values(BlockedAction)
  .filter((action) => action !== BlockedAction.raiseBudget && action !== BlockedAction.answer)
  .map((action) => action.replaceAll('_', '-'));

export const taskUnblock = defineCommand({
  details: 'Does one of the things that a blocked task offers; `maestro task show` says which. A budget is raised with `maestro project set budget.task.usd 5`, a question is answered with `maestro task answer`.',
  arguments: { task: taskArgument, action: oneOf(ACTIONS, 'What to do') },
  options: {
    note: text('--note <text>', 'For retry and approve: a note'),
    head: text('--head <commit>', 'For approve: the commit that you looked at'),
    member: text('--member <member>', 'For assign: e-mail address or name'),
  },
  examples: ['maestro task unblock SHOP-12 drop-dependencies', 'maestro task unblock SHOP-12 retry --note "The remote is back"', 'maestro task unblock SHOP-12 assign --member ada@example.org'],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const before = await findTask(machine, studio, input.task);
    const action = input.action.replaceAll('-', '_');
    if (before.blocked === null) throw failure('conflict', `${before.key} is not blocked; it is ${before.status.replaceAll('_', ' ')}.`, `maestro why ${before.key}`);
    const order = await orderOf(studio, before, action, input);
    const task = await studio.call(ENDPOINTS.unblockTask, { path: { task: before.id }, body: order });
    return { json: task, text: `${task.key}: done. ${standing(task)}` };
  },
});

async function orderOf(studio: Studio, task: TaskView, action: string, input: { readonly note: string | undefined; readonly head: string | undefined; readonly member: string | undefined }): Promise<UnblockTask> {
  const note = input.note === undefined ? {} : { note: input.note };
  switch (action) {
    case 'approve':
      if (input.head === undefined) throw failure('usage', 'Say which commit you looked at.', `maestro task unblock ${task.key} approve --head ${task.head?.slice(0, 12) ?? '<commit>'}`);
      return { action, head: wholeHead(task.key, task.head, input.head), ...note };
    case 'assign':
      if (input.member === undefined) throw failure('usage', 'Say to whom.', `maestro task unblock ${task.key} assign --member <member>`);
      return { action, member: (await findMember(studio, input.member)).id };
    case 'retry':
      return { action, ...note };
    default:
      return UnblockTask.parse({ action });
  }
}
