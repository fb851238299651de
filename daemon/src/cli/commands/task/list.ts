import { TaskStatus } from '@maestro/protocol';
import type { TaskView } from '@maestro/protocol';
import { choice, defineCommand, flag, text } from '../../command.js';
import { table } from '../../format/table.js';
import { relative } from '../../format/words.js';
import { findPlan, inOrder, isOpen, plansOf } from '../../shared/find-plan.js';
import { projectOf } from '../../shared/find-project.js';
import { isOffered, myTasks, treeOf } from '../../shared/find-task.js';
import type { Studio } from '../../shared/machine.js';
import { Machine } from '../../shared/machine.js';
import { projectOption } from '../../shared/options.js';
import { taskStatus } from '../../shared/plan-text.js';

/** What needs a person comes first, what is over last. */
const ORDER: Readonly<Record<TaskView['status'], number>> = { blocked: 0, in_progress: 1, in_review: 1, landing: 1, queued: 2, draft: 3, done: 4, cancelled: 5 };
const OVER: ReadonlySet<TaskView['status']> = new Set(['done', 'cancelled']);

export const taskList = defineCommand({
  details: 'The open tasks of the project, those offered to you or taken by you first. --mine asks about you alone, in all projects.',
  options: {
    mine: flag('--mine', 'Only tasks that are offered to you or that you took'),
    all: flag('--all', 'Tasks that are over, too'),
    status: choice('--status <status>', Object.values(TaskStatus), 'Only tasks in this state'),
    plan: text('--plan <plan>', 'Only tasks of this plan'),
    project: projectOption,
  },
  examples: ['maestro task list', 'maestro task list --mine', 'maestro task list --status blocked', "maestro task list --json | jq -r '.[].key'"],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const mine = await myTasks(studio);
    const all = input.mine ? mine : await tasksOf(machine, studio, input);
    const keep = (task: TaskView) => (input.status === undefined ? input.all || input.mine || !OVER.has(task.status) : task.status === input.status);
    const own = new Set(mine.map((task) => task.id));
    const rank = (task: TaskView) => (own.has(task.id) ? (isOffered(task) ? -2 : -1) : ORDER[task.status]);
    const tasks = all.filter(keep).sort((one, other) => rank(one) - rank(other) || one.level - other.level || other.priority - one.priority || numberOf(one) - numberOf(other));
    const { style, columns } = world.terminal;
    if (tasks.length === 0) return { json: tasks, text: input.mine ? 'No task is offered to you, and you have taken none.' : 'There is no such task. A plan makes them: maestro plan import <file>' };
    const now = world.clock.now();
    const rows = tasks.map((task) => [task.key, taskStatus(task, style), task.title, style.dim(own.has(task.id) ? (isOffered(task) ? `offered to you ${relative(task.offeredAt, now)}` : 'yours') : '')]);
    return { json: tasks, text: table(rows, { head: ['task', 'status', 'title', ''], paint: style.dim, columns }) };
  },
});

async function tasksOf(machine: Machine, studio: Studio, input: { readonly plan: string | undefined; readonly project: string | undefined; readonly all: boolean }): Promise<readonly TaskView[]> {
  if (input.plan !== undefined) return (await treeOf(studio, await findPlan(machine, studio, input.plan, input.project))).tasks;
  const project = await projectOf(machine, studio, input.project);
  const tasks: TaskView[] = [];
  for (const plan of inOrder(await plansOf(studio, project.id))) {
    if (input.all || isOpen(plan)) tasks.push(...(await treeOf(studio, plan)).tasks);
  }
  return tasks;
}

/** SHOP-9 comes before SHOP-10. */
function numberOf(task: TaskView): number {
  return Number(task.key.split('-').at(-1));
}
