import { setTimeout as sleep } from 'node:timers/promises';
import type { PlanTree, TaskView } from '@maestro/protocol';
import type { Api } from '../../rig/api.js';
import type { TaskLine, Teller } from './progress.js';

/** How a plan ended, or why it cannot. */
export type Ending = { readonly completed: true; readonly plan: PlanTree } | { readonly completed: false; readonly plan: PlanTree; readonly why: string };

/** Often enough to look live; the studio answers from memory-sized tables on this machine. */
const POLL_MS = 200;

/** Follows a plan to its end and acts as the person who says "release" when every task has ended. */
export async function followPlan(api: Api, planId: string, teller: Teller, signal: AbortSignal): Promise<Ending> {
  const told = new Map<string, string>();
  let status: string | undefined;
  const notices = new Set<string>();
  for (;;) {
    const plan = await api.get<PlanTree>(`/plans/${planId}`);
    if (plan.status !== status) teller.tell({ event: 'plan', id: plan.id, title: plan.title, status: plan.status, tasks: plan.tasks.length });
    status = plan.status;
    tellTasks(plan, told, teller);
    for (const notice of plan.notices) {
      if (!notices.has(notice.sentence)) teller.tell({ event: 'notice', sentence: notice.sentence });
      notices.add(notice.sentence);
    }
    const ending = endingOf(plan);
    if (ending !== undefined) return ending;
    if (isReleasable(plan)) await api.post(`/plans/${planId}/release`);
    await sleep(POLL_MS, undefined, { signal });
  }
}

function tellTasks(plan: PlanTree, told: Map<string, string>, teller: Teller): void {
  const lines = plan.tasks.map(lineOf);
  let changed = false;
  for (const line of lines) {
    const text = JSON.stringify(line);
    if (told.get(line.key) === text) continue;
    told.set(line.key, text);
    changed = true;
    teller.tell({ event: 'task', ...line });
  }
  if (changed) teller.board(lines);
}

function lineOf(task: TaskView): TaskLine {
  const { key, title, status, revisions, repairs, runs, blocked } = task;
  return { key, title, status, revisions, repairs, runs, sentence: blocked?.sentence ?? null };
}

const isEnded = (task: TaskView): boolean => task.status === 'done' || task.status === 'cancelled';
const isReleasable = (plan: PlanTree): boolean => plan.status === 'active' && plan.notices.length === 0 && plan.tasks.every(isEnded) && plan.tasks.some((task) => task.status === 'done');

/** Pure: whether this is the end, as far as anybody but a person can take it. */
function endingOf(plan: PlanTree): Ending | undefined {
  if (plan.status === 'completed' || plan.status === 'archived') return { completed: true, plan };
  if (plan.status === 'cancelled') return { completed: false, plan, why: 'The plan was cancelled.' };
  const [notice] = plan.notices;
  const allEnded = plan.tasks.every(isEnded);
  if (notice !== undefined && plan.status === 'active' && (allEnded || notice.code === 'bootstrap_failed')) return { completed: false, plan, why: notice.sentence };
  const stuck = stuckTasks(plan.tasks);
  if (stuck.length === 0 || stuck.length < plan.tasks.filter((task) => !isEnded(task)).length) return undefined;
  const blocked = stuck.find((task) => task.blocked !== null);
  return { completed: false, plan, why: `${blocked?.key ?? 'A task'} needs a person: ${blocked?.blocked?.sentence ?? ''}` };
}

/** Tasks that are blocked, or wait for one that is. */
function stuckTasks(tasks: readonly TaskView[]): readonly TaskView[] {
  const stuck = new Set<string>(tasks.filter((task) => task.status === 'blocked').map((task) => task.id));
  for (let before = -1; before !== stuck.size; ) {
    before = stuck.size;
    for (const task of tasks) if (task.status === 'queued' && task.dependsOn.some((id) => stuck.has(id))) stuck.add(task.id);
  }
  return tasks.filter((task) => stuck.has(task.id));
}
