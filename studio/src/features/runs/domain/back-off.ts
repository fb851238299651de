/** How long a stage rests after a failure. */
export interface BackOff {
  /** Seconds after the first failure. */
  readonly firstSeconds: number;
  /** Seconds that it never exceeds. */
  readonly mostSeconds: number;
}

/** 5 s, doubling to 5 min. */
const DEFAULT_BACK_OFF: BackOff = { firstSeconds: 5, mostSeconds: 300 };

/**
 * Seconds to rest after this many failures in a row (from 1). Between half and all of the doubled time, so that tasks which failed
 * together, because a provider was down, do not all come back in the same second.
 *
 * @param random uniform in [0, 1).
 */
export function restSeconds(failures: number, random: number, { firstSeconds, mostSeconds }: BackOff = DEFAULT_BACK_OFF): number {
  const doubled = Math.min(mostSeconds, firstSeconds * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return doubled * (0.5 + random / 2);
}
