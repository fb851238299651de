import type { StageKind } from '@maestro/protocol';

/** A due piece of work with what decides its place in the queue. */
export interface Queued {
  readonly id: string;
  readonly project: string;
  readonly plan: string;
  /** Null for runs of the plan itself. */
  readonly stage: StageKind | null;
  readonly priority: number;
  readonly level: number;
  readonly position: number;
  /** Since when it has been in its stage, as milliseconds. */
  readonly since: number;
}

/** How a plan or a project stands in the queue: whoever has least, and of those whoever was served longest ago, goes next. */
export interface Standing {
  /** Its live runs. */
  readonly atWork: number;
  /** When it was last given a run; any number that grows with time. Lowest for one that never was. */
  readonly servedAt: number;
}

export type Standings = Readonly<Record<string, Standing>>;

/** What is nearest to being finished comes first: it frees dependents, and unfinished work costs more the longer it lies. */
const RANK: Readonly<Record<StageKind | 'plan', number>> = { plan: 0, land: 1, judge: 2, produce: 3 };

interface Line<T> {
  readonly id: string;
  atWork: number;
  servedAt: number;
  readonly items: T[];
}

interface Group<T> extends Omit<Line<T>, 'items'> {
  readonly plans: Line<T>[];
}

/**
 * Due work, given out fairly. Between projects, and within a project between plans: next is the one that has least at work; among equals,
 * the one that was served longest ago. Within a plan: nearest to its end, then priority, level, age.
 *
 * Only what was really given counts as a turn. If a turn were spent on work that nobody can take, a plan full of such work would fall
 * behind with the rest of what it has, and with one free slot at a time the plan whose id sorts first would always win.
 */
export class FairQueue<T extends Queued> {
  private readonly groups: Group<T>[] = [];
  private turns: number;

  /**
   * @param plans by the plan's id; one that is not named has nothing at work and was never served.
   * @param projects by the project's id, likewise.
   */
  constructor(
    due: readonly T[],
    private readonly plans: Standings,
    private readonly projects: Standings,
  ) {
    this.add(due);
    this.turns = Math.max(0, ...Object.values(plans).map(({ servedAt }) => servedAt), ...Object.values(projects).map(({ servedAt }) => servedAt));
  }

  /** More that is due: what was not read before. */
  add(due: readonly T[]): void {
    const touched = new Set<Line<T>>();
    for (const item of due) {
      const line = this.lineOf(item);
      line.items.push(item);
      touched.add(line);
    }
    for (const { items } of touched) items.sort(within);
  }

  /** Whether anything of this plan is left. */
  holds(plan: string): boolean {
    return this.groups.some(({ plans }) => plans.some(({ id, items }) => id === plan && items.length > 0));
  }

  /** Whose turn it is, taken out of the queue; undefined when nothing is left. */
  next(): T | undefined {
    const group = first(this.groups.filter(({ plans }) => plans.some(({ items }) => items.length > 0)));
    return first(group?.plans.filter(({ items }) => items.length > 0) ?? [])?.items.shift();
  }

  /** It went to a machine. */
  gave({ project, plan }: Pick<T, 'project' | 'plan'>): void {
    const group = this.groups.find(({ id }) => id === project);
    this.turns += 1;
    for (const line of [group, group?.plans.find(({ id }) => id === plan)]) {
      if (line === undefined) continue;
      line.atWork += 1;
      line.servedAt = this.turns;
    }
  }

  /** Everything in the order it would go out if all of it could be given. */
  drain(): readonly T[] {
    const ordered: T[] = [];
    for (let item = this.next(); item !== undefined; item = this.next()) {
      ordered.push(item);
      this.gave(item);
    }
    return ordered;
  }

  private lineOf({ project, plan }: T): Line<T> {
    let group = this.groups.find(({ id }) => id === project);
    if (group === undefined) {
      group = { id: project, ...standing(this.projects[project]), plans: [] };
      this.groups.push(group);
    }
    let line = group.plans.find(({ id }) => id === plan);
    if (line === undefined) {
      line = { id: plan, ...standing(this.plans[plan]), items: [] };
      group.plans.push(line);
    }
    return line;
  }
}

const standing = ({ atWork, servedAt }: Standing = { atWork: 0, servedAt: Number.NEGATIVE_INFINITY }): Standing => ({ atWork, servedAt });

function first<E extends Standing & { readonly id: string }>(lines: readonly E[]): E | undefined {
  let best: E | undefined;
  for (const line of lines) if (best === undefined || before(line, best)) best = line;
  return best;
}

function before(a: Standing & { readonly id: string }, b: Standing & { readonly id: string }): boolean {
  if (a.atWork !== b.atWork) return a.atWork < b.atWork;
  return a.servedAt === b.servedAt ? a.id < b.id : a.servedAt < b.servedAt;
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
