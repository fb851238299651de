/** What scheduling needs to know of a task. Dependencies on keys that are not in the list are ignored. */
export interface LevelTask {
  readonly key: string;
  readonly dependsOn: readonly string[];
  readonly estimateMinutes?: number | null | undefined;
}

/** The minutes a task without an estimate counts for in the critical path. */
export const DEFAULT_ESTIMATE_MINUTES = 60;

export interface Levels {
  /** Keys by level: level 0 depends on nothing, level n on at least one task of level n − 1. Inside a level, in the order given. */
  readonly levels: readonly (readonly string[])[];
  /** The level of each key; tasks in a cycle, or behind one, have none. */
  readonly levelOf: ReadonlyMap<string, number>;
  /** One cycle for each group of tasks that cannot start because of it: keys in order, each depending on the next, the last on the first. */
  readonly cycles: readonly (readonly string[])[];
}

/** Linear in tasks and dependencies. Pure: the same list gives the same levels in the same order. */
export function levelsOf(tasks: readonly LevelTask[]): Levels {
  const graph = graphOf(tasks);
  const waiting = new Map([...graph.dependencies].map(([key, dependencies]) => [key, dependencies.length]));
  const levelOf = new Map<string, number>();
  const levels: string[][] = [];
  let current = [...graph.dependencies].flatMap(([key, dependencies]) => (dependencies.length === 0 ? [key] : []));
  while (current.length > 0) {
    const next: string[] = [];
    for (const key of current) {
      levelOf.set(key, levels.length);
      for (const dependent of graph.dependents.get(key) ?? []) {
        const left = (waiting.get(dependent) ?? 0) - 1;
        waiting.set(dependent, left);
        if (left === 0) next.push(dependent);
      }
    }
    levels.push(current);
    current = next;
  }
  const position = new Map([...graph.dependencies.keys()].map((key, index) => [key, index]));
  for (const level of levels) level.sort((a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0));
  return { levels, levelOf, cycles: cyclesAmong([...graph.dependencies.keys()].filter((key) => !levelOf.has(key)), graph.dependencies) };
}

export interface CriticalPath {
  /** The chain of dependent tasks that takes longest, first to last; of equal ones, the one whose tasks come first in the list. */
  readonly keys: readonly string[];
  /** Its length: no schedule can be shorter, however many machines there are. */
  readonly minutes: number;
}

/** Tasks in cycles are left out, since nothing can be said of them. */
export function criticalPathOf(tasks: readonly LevelTask[], defaultMinutes = DEFAULT_ESTIMATE_MINUTES): CriticalPath {
  const { dependencies } = graphOf(tasks);
  const { levels } = levelsOf(tasks);
  const minutesOf = new Map(tasks.map((task) => [task.key, task.estimateMinutes ?? defaultMinutes]));
  const best = new Map<string, { readonly minutes: number; readonly previous: string | undefined }>();
  let last: string | undefined;
  for (const key of levels.flat()) {
    let previous: string | undefined;
    for (const dependency of dependencies.get(key) ?? []) {
      if (previous === undefined || (best.get(dependency)?.minutes ?? 0) > (best.get(previous)?.minutes ?? 0)) previous = dependency;
    }
    const before = previous === undefined ? 0 : (best.get(previous)?.minutes ?? 0);
    best.set(key, { minutes: before + (minutesOf.get(key) ?? defaultMinutes), previous });
    if (last === undefined || (best.get(key)?.minutes ?? 0) > (best.get(last)?.minutes ?? 0)) last = key;
  }
  const keys: string[] = [];
  for (let key = last; key !== undefined; key = best.get(key)?.previous) keys.push(key);
  return { keys: keys.reverse(), minutes: last === undefined ? 0 : (best.get(last)?.minutes ?? 0) };
}

interface Graph {
  readonly dependencies: ReadonlyMap<string, readonly string[]>;
  readonly dependents: ReadonlyMap<string, readonly string[]>;
}

/** Of two tasks with one key the first counts; a dependency named twice counts once. */
function graphOf(tasks: readonly LevelTask[]): Graph {
  const known = new Map<string, LevelTask>();
  for (const task of tasks) if (!known.has(task.key)) known.set(task.key, task);
  const dependencies = new Map<string, readonly string[]>();
  const dependents = new Map<string, string[]>();
  for (const [key, task] of known) {
    const own = [...new Set(task.dependsOn)].filter((dependency) => known.has(dependency));
    dependencies.set(key, own);
    for (const dependency of own) {
      const list = dependents.get(dependency);
      if (list === undefined) dependents.set(dependency, [key]);
      else list.push(key);
    }
  }
  return { dependencies, dependents };
}

/**
 * Walks from each stuck task along its first stuck dependency. Every stuck task has one, so each walk ends in a cycle or in ground
 * that an earlier walk covered. That finds a cycle behind every stuck task; listing all simple cycles would be exponential.
 */
function cyclesAmong(stuck: readonly string[], dependencies: ReadonlyMap<string, readonly string[]>): string[][] {
  const stuckSet = new Set(stuck);
  const walked = new Set<string>();
  const cycles: string[][] = [];
  for (const start of stuck) {
    const path: string[] = [];
    const at = new Map<string, number>();
    let key: string | undefined = start;
    while (key !== undefined && !walked.has(key) && !at.has(key)) {
      at.set(key, path.length);
      path.push(key);
      key = dependencies.get(key)?.find((dependency) => stuckSet.has(dependency));
    }
    const from = key === undefined ? undefined : at.get(key);
    if (from !== undefined) cycles.push(path.slice(from));
    for (const seen of path) walked.add(seen);
  }
  return cycles;
}
