import { descendantsOf, hasProc, listProcesses } from './process-tree.js';

/** Whether something that one of these processes started is alive. Where nobody can tell cheaply, it is: better late than a killed build. */
export function hasLivingChildren(pids: readonly number[]): boolean {
  if (!hasProc) return true;
  const processes = listProcesses();
  return pids.some((pid) => descendantsOf(pid, processes).length > 0);
}
