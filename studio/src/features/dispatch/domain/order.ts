import type { StageKind } from '@maestro/protocol';

/** A due piece of work with what decides its place in the queue. */
export interface Queued {
  readonly plan: string;
  /** Null for runs of the plan itself. */
  readonly stage: StageKind | null;
  readonly priority: number;
  readonly level: number;
  readonly position: number;
  /** Since when it has been in its stage, as milliseconds. */
  readonly since: number;
  readonly id: string;
}

/** What is nearest to being finished comes first: it frees dependents, and unfinished work costs more the longer it lies. */
const RANK: Readonly<Record<StageKind | 'plan', number>> = { plan: 0, land: 1, judge: 2, produce: 3 };

/**
 * The order in which due work is matched. Within a plan: nearest to its end, then priority, level, age. Between plans: one each in turn,
 * beginning with the plan that has least at work, so that a plan with a thousand due tasks does not keep another one waiting.
 *
 * @param atWork live runs per plan.
 */
export function fairOrder<T extends Queued>(due: readonly T[], atWork: Readonly<Record<string, number>>): readonly T[] {
  const byPlan = new Map<string, T[]>();
  for (const item of due) {
    const queue = byPlan.get(item.plan);
    if (queue === undefined) byPlan.set(item.plan, [item]);
    else queue.push(item);
  }
  const queues = [...byPlan.entries()].map(([plan, items]) => ({ plan, items: items.sort(within), taken: atWork[plan] ?? 0 }));
  const ordered: T[] = [];
  while (ordered.length < due.length) {
    const next = queues.filter(({ items }) => items.length > 0).sort((a, b) => a.taken - b.taken || (a.plan < b.plan ? -1 : 1))[0];
    const item = next?.items.shift();
    if (next === undefined || item === undefined) break;
    next.taken += 1;
    ordered.push(item);
  }
  return ordered;
}

function within(a: Queued, b: Queued): number {
  return (
    RANK[a.stage ?? 'plan'] - RANK[b.stage ?? 'plan'] ||
    b.priority - a.priority ||
    a.level - b.level ||
    a.since - b.since ||
    a.position - b.position ||
    (a.id < b.id ? -1 : 1)
  );
}
