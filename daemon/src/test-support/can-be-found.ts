import { carriesMarker } from '../platform/process-tree.js';
import type { ProcessRecord } from '../platform/process-tree.js';

/**
 * Whether a run can end this process even when nothing else leads to it any more: either it carries the run's lasting mark, or, where the
 * system gives none, it is written down in the run's journal.
 */
export function canBeFound(pid: number, run: { readonly marker: string | undefined; readonly processes: readonly Pick<ProcessRecord, 'pid'>[] } | undefined): boolean {
  if (run === undefined) return false;
  return (run.marker !== undefined && carriesMarker(pid, run.marker)) || run.processes.some((each) => each.pid === pid);
}
