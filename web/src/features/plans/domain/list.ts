import { criticalPathOf } from '@maestro/protocol';
import type { PhaseStatus, PlanTree, TaskView } from '@maestro/protocol';

/** How the list is divided: as the plan was written, or by what can run side by side. */
export type Grouping = 'phases' | 'levels';

export interface Group {
  readonly id: string;
  readonly title: string;
  /** Of a phase. A level has none of its own. */
  readonly status: PhaseStatus | undefined;
  readonly tasks: readonly TaskView[];
}

/** The list's groups in order, with the tasks that are shown. A phase without tasks is one too: it is part of the plan. */
export function groupsOf(plan: Pick<PlanTree, 'phases'>, tasks: readonly TaskView[], grouping: Grouping): readonly Group[] {
  if (grouping === 'phases') {
    const byPhase = by(tasks, ({ phaseId }) => phaseId);
    return plan.phases.toSorted((a, b) => a.position - b.position).map(({ id, title, status }) => ({ id, title, status, tasks: (byPhase.get(id) ?? []).toSorted((a, b) => a.position - b.position) }));
  }
  const byLevel = by(tasks, ({ level }) => level);
  return [...byLevel].toSorted(([a], [b]) => a - b).map(([level, found]) => ({ id: `level-${level}`, title: level === 0 ? 'Level 1 · waits for nothing' : `Level ${level + 1} · waits for level ${level}`, status: undefined, tasks: found }));
}

function by<K>(tasks: readonly TaskView[], keyOf: (task: TaskView) => K): ReadonlyMap<K, readonly TaskView[]> {
  const found = new Map<K, TaskView[]>();
  for (const task of tasks) {
    const key = keyOf(task);
    const list = found.get(key);
    if (list === undefined) found.set(key, [task]);
    else list.push(task);
  }
  return found;
}

/** The chain of tasks that decides how long the plan takes; cancelled ones hold nothing up. */
export interface Critical {
  /** Ids. */
  readonly tasks: ReadonlySet<string>;
  readonly minutes: number;
}

export function criticalOf(tasks: readonly TaskView[]): Critical {
  const { keys, minutes } = criticalPathOf(tasks.filter(({ status }) => status !== 'cancelled').map(({ id, dependsOn, estimateMinutes }) => ({ key: id, dependsOn, estimateMinutes })));
  // A chain of one is no path: everything could run at once.
  return keys.length < 2 ? { tasks: new Set(), minutes: 0 } : { tasks: new Set(keys), minutes };
}

/** Tasks that hold every word of what was typed: in their key, title, skills, or where they stand. */
export function filtered(tasks: readonly TaskView[], typed: string, wordOf: (task: TaskView) => string): readonly TaskView[] {
  const words = typed.toLowerCase().split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return tasks;
  return tasks.filter((task) => {
    const held = [task.key, task.title, wordOf(task), ...task.skills.map(({ slug }) => slug)].join(' ').toLowerCase();
    return words.every((word) => held.includes(word));
  });
}
