import type { PlanTree, PlanView, TaskView } from '@maestro/protocol';
import { ENDPOINTS } from '../../features/studio-api/index.js';
import { failure } from '../failure.js';
import { inOrder, plansOf } from './find-plan.js';
import { projectOf } from './find-project.js';
import type { Machine, Studio } from './machine.js';

const KEY = /^([A-Z][A-Z0-9]{1,9})-(\d{1,9})$/;

/** The parts of a task's key, in any case: `shop-12` is SHOP-12. */
export function readTaskKey(text: string): { readonly key: string; readonly project: string } | undefined {
  const key = text.trim().toUpperCase();
  const project = KEY.exec(key)?.[1];
  return project === undefined ? undefined : { key, project };
}

export async function findTask(machine: Machine, studio: Studio, name: string): Promise<TaskView> {
  const wanted = readTaskKey(name);
  if (wanted === undefined) throw failure('usage', `"${name}" is not the key of a task.`, 'a key such as SHOP-12, as maestro task list shows');
  const project = await projectOf(machine, studio, wanted.project);
  for (const plan of inOrder(await plansOf(studio, project.id))) {
    const task = (await treeOf(studio, plan)).tasks.find((each) => each.key === wanted.key);
    if (task !== undefined) return task;
  }
  throw failure('notFound', `There is no task ${wanted.key}.`, `maestro task list --project ${wanted.project}`);
}

export function treeOf(studio: Studio, plan: PlanView): Promise<PlanTree> {
  return studio.call(ENDPOINTS.plan, { path: { plan: plan.id } });
}

/** Open tasks that are offered to the caller, or that the caller has accepted. */
export function myTasks(studio: Studio): Promise<readonly TaskView[]> {
  return studio.call(ENDPOINTS.myTasks, { path: { workspace: studio.identity.workspaceId } });
}

export const isOffered = (task: TaskView): boolean => task.offeredAt !== null && task.acceptedAt === null;

/** The only task that is offered to the caller. */
export async function onlyOffer(studio: Studio, command: string): Promise<TaskView> {
  const offers = (await myTasks(studio)).filter(isOffered);
  const [only] = offers;
  if (only !== undefined && offers.length === 1) return only;
  if (only === undefined) throw failure('notFound', 'No task is offered to you.', 'maestro task list');
  throw failure('usage', `${offers.length} tasks are offered to you: ${offers.map((task) => `${task.key} (${task.title})`).join(', ')}.`, `${command} ${only.key}`);
}
