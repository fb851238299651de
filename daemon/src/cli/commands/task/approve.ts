import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { text } from '../../command.js';
import { failure } from '../../failure.js';
import { standing, taskAction } from '../../shared/task-action.js';

export const taskApprove = taskAction({
  details: 'Approves the work of a task as its reviewer, so that it lands. Name the commit that you looked at: work that has moved on since is then not approved by mistake.',
  options: { head: text('--head <commit>', 'The commit that you looked at, or at least its first 7 characters'), note: text('--note <text>', 'What you want to say about it') },
  examples: ['maestro task approve SHOP-12 --head 3f2c1ab', 'maestro task approve SHOP-12 --head 3f2c1ab --note "Looked at it with Ada"'],
  act: (studio, task, { head, note }) => {
    if (head === undefined) throw failure('usage', 'Say which commit you looked at.', `maestro task approve ${task.key} --head ${task.head?.slice(0, 12) ?? '<commit>'}`);
    return studio.call(ENDPOINTS.approveTask, { path: { task: task.id }, body: { head: wholeHead(task.key, task.head, head), ...(note === undefined ? {} : { note }) } });
  },
  said: (task) => `${task.key} is approved. ${standing(task)}`,
});

/** The whole name of the commit: an abbreviation stands for the task's head or for nothing. */
export function wholeHead(key: string, known: string | null, given: string): string {
  const wanted = given.trim().toLowerCase();
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(wanted)) return wanted;
  if (!/^[0-9a-f]{7,}$/.test(wanted)) throw failure('usage', `"${given}" is not the name of a commit.`, 'at least the first 7 characters of its name, as git log shows them');
  if (known === null) throw failure('conflict', `${key} has no work that could be approved.`, `maestro why ${key}`);
  if (!known.startsWith(wanted)) throw failure('conflict', `The work of ${key} is at ${known.slice(0, 12)}, not at ${wanted}: it has moved on.`, `look at ${known.slice(0, 12)}, then maestro task approve ${key} --head ${known.slice(0, 12)}`);
  return known;
}
