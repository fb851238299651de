import type { PlanStatus, PlanTree, TaskStatus, TaskView } from '@maestro/protocol';

/** The three things people come for, counted, and what is left. Cancelled tasks are no part of a plan's way. */
export interface Standing {
  /** Blocked tasks, and notices on the plan itself. */
  readonly needsYou: number;
  readonly blocked: number;
  readonly running: number;
  readonly waiting: number;
  readonly landed: number;
  /** Tasks, without the cancelled ones. */
  readonly total: number;
}

const COUNTED_AS: Readonly<Record<TaskStatus, 'waiting' | 'running' | 'blocked' | 'landed' | undefined>> = {
  draft: 'waiting',
  queued: 'waiting',
  in_progress: 'running',
  in_review: 'running',
  landing: 'running',
  blocked: 'blocked',
  done: 'landed',
  cancelled: undefined,
};

export function standingOf(tasks: readonly Pick<TaskView, 'status'>[], notices = 0): Standing {
  const counts = { blocked: 0, running: 0, waiting: 0, landed: 0, total: 0 };
  for (const { status } of tasks) {
    const counted = COUNTED_AS[status];
    if (counted === undefined) continue;
    counts[counted] += 1;
    counts.total += 1;
  }
  return { ...counts, needsYou: counts.blocked + notices };
}

/** Plans in which something can happen; those that ended come after them. */
const LIVE: readonly PlanStatus[] = ['releasing', 'active', 'paused', 'draft'];

export function isUnderWay(status: PlanStatus): boolean {
  return status === 'active' || status === 'paused' || status === 'releasing';
}

/** Live plans first, in the order of how soon they end; within one standing the one that moved last. */
export function inOrder<P extends { readonly status: PlanStatus; readonly updatedAt: string }>(plans: readonly P[]): readonly P[] {
  const rank = ({ status }: P): number => (LIVE.includes(status) ? LIVE.indexOf(status) : LIVE.length);
  return plans.toSorted((a, b) => rank(a) - rank(b) || (a.updatedAt < b.updatedAt ? 1 : -1));
}

/** What only a person can do next with the plan as a whole; the button that does it stands beside its title. */
export function nextStep(plan: Pick<PlanTree, 'status' | 'baseBranch' | 'tasks'>): string | undefined {
  const { landed, total } = standingOf(plan.tasks);
  if (plan.status === 'draft' && total > 0) return 'Nothing runs yet: the plan is a draft until somebody activates it.';
  if (plan.status === 'active' && total > 0 && landed === total) return `Every task has landed. A release merges them into ${plan.baseBranch}.`;
  if (plan.status === 'paused') return 'The plan is paused: what runs may end, and nothing new starts.';
  return undefined;
}

/** What changed between two looks at a plan, in words for those who cannot see it change. */
export function changesBetween(before: readonly Pick<TaskView, 'key' | 'status'>[], after: readonly Pick<TaskView, 'key' | 'status'>[], wordOf: (status: TaskStatus) => string): readonly string[] {
  const known = new Map(before.map(({ key, status }) => [key, status]));
  return after.flatMap(({ key, status }) => {
    const was = known.get(key);
    return was === undefined || was === status ? [] : [`${key}: ${wordOf(status).toLowerCase()}`];
  });
}
