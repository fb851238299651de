import { criticalPathOf, levelsOf } from '@maestro/protocol';
import { hasEnded, tasksOf } from './tree.js';
import type { Tree, TreeTask } from './tree.js';

/** What lies ahead of a plan, by keys. Ended tasks are behind it, so nothing waits for them. */
export interface Outlook {
  /** Waves: what can run side by side, at the earliest. */
  readonly levels: readonly (readonly string[])[];
  readonly criticalPath: readonly string[];
  /** Length of the critical path: the plan cannot take less, however many machines there are. */
  readonly minutes: number;
  readonly ahead: readonly TreeTask[];
}

export function outlookOf(tree: Tree): Outlook {
  const ahead = tasksOf(tree).filter((task) => !hasEnded(task));
  const keys = new Map(ahead.map((task) => [task.id, task.key ?? task.id]));
  const graph = ahead.map((task) => ({
    key: task.key ?? task.id,
    dependsOn: task.dependsOn.flatMap((id) => keys.get(id) ?? []),
    estimateMinutes: task.estimateMinutes,
  }));
  const { keys: criticalPath, minutes } = criticalPathOf(graph);
  return { levels: levelsOf(graph).levels, criticalPath, minutes, ahead };
}
