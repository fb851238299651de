import type { PlanTree, TaskView } from '@maestro/protocol';
import { table } from '../format/table.js';
import { count, spoken } from '../format/words.js';
import type { Style, Terminal } from '../terminal.js';

/** A plan with its phases and tasks, for people. */
export function planText(tree: PlanTree, terminal: Terminal): string {
  const { style, columns } = terminal;
  const keys = new Map(tree.tasks.map((task) => [task.id, task.key]));
  const lines = [
    `${style.bold(tree.title)}  ${planStatus(tree.status, style)}`,
    style.dim(`${progress(tree.tasks)}; from ${tree.baseBranch}${tree.epicBranch === null ? '' : ` on ${tree.epicBranch}`}`),
    ...tree.notices.map((notice) => style.warn(`! ${notice.sentence}${notice.actions.length === 0 ? '' : ` You can: ${notice.actions.map(spoken).join(', ')}.`}`)),
  ];
  for (const phase of [...tree.phases].sort((one, other) => one.position - other.position)) {
    const tasks = tree.tasks.filter((task) => task.phaseId === phase.id).sort((one, other) => one.position - other.position);
    lines.push('', `${phase.title}  ${style.dim(spoken(phase.status))}`);
    if (tasks.length > 0) lines.push(table(tasks.map((task) => [task.key, taskStatus(task, style), task.title, style.dim(afterText(task, keys))]), { columns, indent: '  ' }));
  }
  return lines.join('\n');
}

/** `3 of 8 tasks done, 1 blocked`. */
function progress(tasks: readonly TaskView[]): string {
  const kept = tasks.filter((task) => task.status !== 'cancelled');
  const done = kept.filter((task) => task.status === 'done').length;
  const blocked = kept.filter((task) => task.status === 'blocked').length;
  const cancelled = tasks.length - kept.length;
  return [`${done} of ${count(kept.length, 'task')} done`, blocked === 0 ? '' : `${blocked} blocked`, cancelled === 0 ? '' : `${cancelled} cancelled`].filter((part) => part !== '').join(', ');
}

export function planStatus(status: PlanTree['status'], style: Style): string {
  switch (status) {
    case 'active':
    case 'releasing':
      return style.accent(spoken(status));
    case 'completed':
      return style.good(status);
    case 'paused':
      return style.warn(status);
    case 'draft':
    case 'cancelled':
    case 'archived':
      return style.dim(status);
  }
}

/** Never by colour alone: the word says it, and a blocked task says why. */
export function taskStatus(task: TaskView, style: Style): string {
  switch (task.status) {
    case 'done':
      return style.good('done');
    case 'blocked':
      return style.bad(`blocked${task.blocked === null ? '' : ` (${spoken(task.blocked.code)})`}`);
    case 'in_progress':
    case 'in_review':
    case 'landing':
      return style.accent(spoken(task.status));
    case 'draft':
    case 'queued':
      return task.offeredAt !== null && task.acceptedAt === null ? `${task.status} (offered)` : task.status;
    case 'cancelled':
      return style.dim('cancelled');
  }
}

function afterText(task: TaskView, keys: ReadonlyMap<string, string>): string {
  const names = task.dependsOn.map((id) => keys.get(id) ?? '?');
  return names.length === 0 ? '' : `after ${names.join(', ')}`;
}
