/**
 * The model, explored once: every world that persons, daemons and clocks can bring about, numbered, and the moves between them.
 * A hundred thousand worlds with a million moves: worlds are told apart by numbers, never by their text.
 */
import { PlanStatus } from '../plan.js';
import { beginning, steps, type ModelTask, type Move, type World } from './model.js';

export interface Edge {
  readonly move: Move;
  /** Number of the world it leads to. */
  readonly to: number;
}
export interface Graph {
  readonly worlds: readonly World[];
  /** By the number of the world they leave from. */
  readonly edges: readonly (readonly Edge[])[];
}

export function explore(): Graph {
  const numberOf = numbering();
  const worlds: World[] = [];
  const edges: Edge[][] = [];
  const seen = (world: World): number => {
    const number = numberOf(world);
    worlds[number] ??= world;
    return number;
  };
  seen(beginning);
  for (let at = 0; at < worlds.length; at += 1) {
    edges.push(steps(worlds[at] as World).map(({ move, to }) => ({ move, to: seen(to) })));
  }
  return { worlds, edges };
}

/** Numbers worlds in the order in which they are first asked for. Equal tasks are one object, so they are looked up by identity. */
function numbering(): (world: World) => number {
  const plans = Object.values(PlanStatus);
  const tasks = new Map<ModelTask, number>();
  const worlds = new Map<number, number>();
  const numberIn = <K>(known: Map<K, number>, key: K): number => {
    const number = known.get(key) ?? known.size;
    known.set(key, number);
    return number;
  };
  // 2^20 tasks are enough, and two of them with plan and notice stay below 2^53.
  const LIMIT = 2 ** 20;
  return ({ plan, notice, tasks: [first, second], ...rest }) => {
    rest satisfies Record<string, never>;
    const [a, b] = [numberIn(tasks, first), numberIn(tasks, second)];
    if (tasks.size > LIMIT) throw new Error('more tasks than a world number can tell apart');
    return numberIn(worlds, ((plans.indexOf(plan) * 2 + Number(notice)) * LIMIT + a) * LIMIT + b);
  };
}

/** The worlds, as flags by number, from which allowed moves lead, step by step, to one that satisfies `goal`. */
export function reaching({ worlds, edges }: Graph, goal: (world: World) => boolean, allowed: (move: Move) => boolean): readonly boolean[] {
  const back: number[][] = worlds.map(() => []);
  edges.forEach((leaving, from) => {
    for (const { move, to } of leaving) if (allowed(move)) back[to]?.push(from);
  });
  const found = worlds.map(goal);
  const queue = found.flatMap((good, number) => (good ? [number] : []));
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const before of back[at] ?? []) {
      if (found[before] === true) continue;
      found[before] = true;
      queue.push(before);
    }
  }
  return found;
}
