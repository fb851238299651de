import type { StoredEvent } from './event-scope.js';
import { comparePositions } from './position.js';
import type { Position } from './position.js';

/** A stretch of the ledger: everything behind `from` up to `to`. Batches follow each other without a gap. */
export interface Batch {
  readonly from: Position;
  readonly to: Position;
  readonly events: readonly StoredEvent[];
}

/** What is kept at most: events, and what they are in all, in the unit of `sizeOf`. */
export interface RecentLimits {
  readonly events: number;
  readonly size: number;
  readonly sizeOf: (event: StoredEvent) => number;
}

/**
 * The end of the ledger as this studio has handed it out. Whoever was cut off and is back within moments finds here what it missed: a
 * hundred browsers that come back at once would otherwise read the same rows of the database a hundred times.
 */
export class RecentEvents {
  private readonly events: { readonly event: StoredEvent; readonly size: number }[] = [];
  private size = 0;
  /** Everything behind this position is here. */
  private reaches: Position | undefined;
  private to: Position | undefined;

  constructor(private readonly limits: RecentLimits) {}

  add({ from, to, events }: Batch): void {
    this.reaches ??= from;
    this.to = to;
    for (const event of events) {
      const size = this.limits.sizeOf(event);
      this.events.push({ event, size });
      this.size += size;
    }
    this.forget();
  }

  /** All that was handed out behind a position, and how far that reaches; `undefined` when some of it is not here any more, or not yet. */
  after(position: Position): { readonly events: readonly StoredEvent[]; readonly to: Position } | undefined {
    const { reaches, to, events } = this;
    if (reaches === undefined || to === undefined || comparePositions(position, reaches) < 0 || comparePositions(position, to) > 0) return undefined;
    return { events: events.slice(indexBehind(events, position, ({ event }) => event)).map(({ event }) => event), to };
  }

  private forget(): void {
    let gone = 0;
    while (this.events.length - gone > this.limits.events || this.size > this.limits.size) {
      const oldest = this.events[gone];
      if (oldest === undefined) break;
      this.size -= oldest.size;
      this.reaches = oldest.event.position;
      gone += 1;
    }
    this.events.splice(0, gone);
  }
}

/** Index of the first of these events, which are in order, that is behind a position; their number when none is. */
export function indexBehind<T>(all: readonly T[], position: Position, eventOf: (each: T) => StoredEvent): number {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const each = all[middle];
    if (each !== undefined && comparePositions(eventOf(each).position, position) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}
