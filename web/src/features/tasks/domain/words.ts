import type { TaskView } from '@maestro/protocol';
import type { TaskAction } from './actions.js';

/** What an action needs besides the wish. */
export type Asks = 'session' | 'member' | 'head' | 'note' | 'why' | 'answer' | 'nothing';

export interface ActionWords {
  /** As a button or an item of a menu. */
  readonly name: string;
  readonly asks: Asks;
  /** Agents stop or branches go: the button that does it says so by its colour. */
  readonly isHard?: boolean;
}

export const ACTION_WORDS: Readonly<Record<TaskAction, ActionWords>> = {
  accept: { name: 'Accept', asks: 'session' },
  decline: { name: 'Decline', asks: 'why' },
  answer: { name: 'Answer', asks: 'answer' },
  approve: { name: 'Approve', asks: 'head' },
  confirm: { name: 'Nothing had to change', asks: 'nothing' },
  retry: { name: 'Retry', asks: 'note' },
  start: { name: 'Start', asks: 'session' },
  drop_dependencies: { name: 'Drop the dependency', asks: 'nothing' },
  treat_as_done: { name: 'Treat it as done', asks: 'nothing' },
  assign: { name: 'Assign', asks: 'member' },
  stop: { name: 'Stop', asks: 'why', isHard: true },
  cancel: { name: 'Cancel the task', asks: 'nothing', isHard: true },
};

/** What is said before somebody decides. */
export interface Question {
  readonly title: string;
  /** What happens: what is stopped, what is kept, what comes next. */
  readonly lead: string;
  /** On the button that does it. */
  readonly does: string;
  /** On the button that leaves everything as it is. */
  readonly keeps: string;
}

type Asked = Pick<TaskView, 'key' | 'status' | 'blocked' | 'pushing' | 'head'>;

/** @param dependents keys of open tasks that wait for this one. */
export function questionOf(action: TaskAction, task: Asked, dependents: readonly string[] = []): Question {
  const { key } = task;
  switch (action) {
    case 'accept':
      return { title: `Accept ${key}`, lead: 'Its work then runs on your machines only.', does: 'Accept', keeps: 'Not now' };
    case 'decline':
      return { title: `Decline ${key}`, lead: 'Nobody has it then, and whoever assigned it is told why.', does: 'Decline', keeps: 'Keep the offer' };
    case 'answer':
      return { title: `Answer ${key}`, lead: 'Its agent waits for this. The answer is kept with the task, so that every later run has it too.', does: 'Answer', keeps: 'Not now' };
    case 'approve':
      return { title: `Approve ${key}`, lead: `You approve ${nameOf(task.head)} as it is. A review under way is cancelled and kept as evidence, and the work is merged into the epic branch.`, does: 'Approve', keeps: 'Not now' };
    case 'confirm':
      return { title: `Nothing had to change for ${key}?`, lead: 'The task is done without a merge, and what waits for it can begin.', does: 'It is done', keeps: 'Not now' };
    case 'retry':
      return { title: `Retry ${key}`, lead: 'It gets one more round, on the work that is there. A note goes into the next prompt.', does: 'Retry', keeps: 'Not now' };
    case 'start':
      return { title: `Start ${key}`, lead: task.blocked === null ? 'It goes before others as soon as the machine has a free slot.' : 'It goes on from its lane, where it was stopped.', does: 'Start', keeps: 'Not now' };
    case 'drop_dependencies':
      return { title: `Drop what ${key} waits for?`, lead: 'It no longer depends on the tasks that were cancelled, and is queued.', does: 'Drop', keeps: 'Keep waiting' };
    case 'treat_as_done':
      return { title: 'Treat the cancelled tasks as done?', lead: `The dependencies of ${key} stay as they are and count as done, and it is queued.`, does: 'Treat as done', keeps: 'Keep waiting' };
    case 'assign':
      return { title: `Assign ${key}`, lead: task.status === 'in_progress' ? 'The agent at work is stopped after a checkpoint, and its lane is handed over to whoever accepts.' : 'It is offered to them, and runs on their machines once they accept.', does: 'Assign', keeps: 'Not now' };
    case 'stop':
      return { title: `Stop ${key}?`, lead: 'Its agent is stopped. Its lane is kept with everything written so far, committed or not, and the task waits under Blocked until somebody starts it.', does: 'Stop', keeps: 'Let it run' };
    case 'cancel':
      return { title: `Cancel ${key}?`, lead: [cancelled(task), waits(dependents)].filter((sentence) => sentence !== '').join(' '), does: 'Cancel the task', keeps: 'Keep it' };
  }
}

function cancelled({ status, blocked, pushing, head }: Asked): string {
  if (pushing) return 'A push of it is under way, which cannot be taken back: if it lands the task is done, and otherwise it is cancelled then.';
  if (status === 'draft' || status === 'queued' || (blocked?.from === 'queued' && head === null)) return 'Nothing runs for it. It stays in the plan as cancelled.';
  const stopped = blocked === null ? 'Its agent and everything that it started are stopped, and nothing is merged.' : 'Nothing of it is merged.';
  return `${stopped} What was written, committed or not, is kept on its machine as a snapshot under \`refs/maestro/snapshots\`.`;
}

function waits(dependents: readonly string[]): string {
  if (dependents.length === 0) return '';
  const named = dependents.length > MOST_NAMED ? `${dependents.slice(0, MOST_NAMED).join(', ')} and ${dependents.length - MOST_NAMED} more` : dependents.join(', ');
  return dependents.length === 1 ? `${named} waits for it, and is blocked until you decide what becomes of it.` : `${named} wait for it, and are blocked until you decide what becomes of them.`;
}

const MOST_NAMED = 4;

function nameOf(head: string | null): string {
  return head === null ? 'the work' : `commit ${head.slice(0, 12)}`;
}
