/** Batches of journal lines that one studio writes at once without asking anybody to slow down: about what its database connections carry. */
const FREE_BATCHES = 8;
/** For each batch beyond those. */
const PAUSE_EACH_MS = 50;
/** A run's last lines come before its outcome, so that what holds back lines holds back work: never for long. */
const LONGEST_PAUSE_MS = 2_000;

/**
 * How long a machine is to wait before it sends more of a run's journal, in milliseconds.
 *
 * @param writing how many batches this studio is writing at this moment, the one that is answered included. It grows with the number of
 * runs that talk and with how slow the database is, so that one number stands for both.
 */
export function pauseBetweenBatches(writing: number): number {
  return Math.min(LONGEST_PAUSE_MS, Math.max(0, writing - FREE_BATCHES) * PAUSE_EACH_MS);
}
