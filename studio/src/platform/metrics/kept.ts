import type { Clock } from '../clock/index.js';

/** A count is as good for everybody who asks within this time: `/metrics` is public, and must not be a way to keep the database busy. */
const KEPT_MS = 5_000;

/** Reads at most every five seconds; whoever asks in between gets the same answer. A reading that fails is nobody's. */
export function kept<T>(clock: Clock, read: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly value: Promise<T> } | undefined;
  return () => {
    const now = clock.now().getTime();
    if (last === undefined || Math.abs(now - last.at) >= KEPT_MS) {
      const taken = { at: now, value: read() };
      last = taken;
      taken.value.catch(() => {
        if (last === taken) last = undefined;
      });
    }
    return last.value;
  };
}
