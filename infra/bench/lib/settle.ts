import { execFileSync } from 'node:child_process';

/**
 * Waits until what was written, or removed, before is on the disk. Millions of files on their way there hold up whoever commits next:
 * a merge that takes 40 ms has been seen to take a second behind them.
 */
export function settle(): void {
  execFileSync('sync');
}
