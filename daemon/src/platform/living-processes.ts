import type { Clock } from './clock.js';
import { carriesMarker, descendantsOf, hasProc, listProcesses } from './process-tree.js';
import type { ProcessEntry, ProcessRecord } from './process-tree.js';

/** One look at the process table serves everybody who asks within this time. */
const FRESH_MS = 900;

/** What lives below the processes of runs. Where nobody can tell cheaply (there is no /proc), it errs towards leaving things alone. */
export class LivingProcesses {
  private table: readonly ProcessEntry[] = [];
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly clock: Clock) {}

  /** Whether something that one of these processes started is alive. */
  hasChildren(pids: readonly number[]): boolean {
    if (!hasProc) return true;
    const processes = this.look();
    return pids.some((pid) => descendantsOf(pid, processes).length > 0);
  }

  /**
   * Descendants of these processes that are in no session of theirs and do not carry the marker: once their parents are dead nothing leads
   * to them, so whoever is to end them later must write them down now.
   */
  straysOf(roots: readonly Pick<ProcessRecord, 'pid' | 'startTime'>[], marker: string): readonly Pick<ProcessRecord, 'pid' | 'startTime'>[] {
    if (!hasProc || roots.length === 0) return [];
    const processes = this.look();
    const known = new Map(roots.map(({ pid, startTime }) => [pid, startTime]));
    const strays = new Map<number, ProcessEntry>();
    for (const { pid, startTime } of processes) {
      if (known.get(pid) !== startTime) continue;
      for (const below of descendantsOf(pid, processes)) {
        if (known.get(below.pid) === below.startTime || (below.sessionId !== undefined && known.has(below.sessionId))) continue;
        if (!carriesMarker(below.pid, marker)) strays.set(below.pid, below);
      }
    }
    return [...strays.values()].map(({ pid, startTime }) => ({ pid, startTime }));
  }

  private look(): readonly ProcessEntry[] {
    const now = this.clock.steady();
    if (now - this.lookedAt >= FRESH_MS) {
      this.table = listProcesses();
      this.lookedAt = now;
    }
    return this.table;
  }
}
