/** So many tasks of each plan are read first. */
const FIRST = 16;
/** Each further part of a plan is so many times the one before: work that nobody can take must not cost a query for every few tasks of it. */
const GROWTH = 4;

interface Read {
  readonly ids: string[];
  most: number;
  more: boolean;
}

/**
 * How far into each plan one look has read. A look reads the head of each plan, and further only where that is used up while there is
 * room for more: with a hundred thousand tasks waiting, nearly all of them need not be read to give out the next one.
 */
export class Reading {
  static readonly first = FIRST;
  private readonly plans = new Map<string, Read>();

  /**
   * What the head of each plan held, or a further part of one.
   *
   * @param most how many were asked for, of each plan.
   */
  took(tasks: readonly { readonly id: string; readonly plan: string }[], most: number = FIRST): void {
    const part = new Map<string, string[]>();
    for (const { id, plan } of tasks) {
      const ids = part.get(plan) ?? [];
      part.set(plan, ids);
      ids.push(id);
    }
    for (const [plan, ids] of part) this.plans.set(plan, { ids: [...(this.plans.get(plan)?.ids ?? []), ...ids], most, more: ids.length >= most });
  }

  /** Plans of which there may be more. */
  get open(): readonly string[] {
    return [...this.plans].filter(([, { more }]) => more).map(([plan]) => plan);
  }

  /** The part to read next of a plan that is open. It counts as read from now on: a plan without anything more is not asked again. */
  next(plan: string): { readonly most: number; readonly without: readonly string[] } {
    const read = this.plans.get(plan);
    if (read === undefined) throw new Error('dispatch.not_read: a look begins with the head of each plan');
    read.more = false;
    return { most: read.most * GROWTH, without: [...read.ids] };
  }
}
