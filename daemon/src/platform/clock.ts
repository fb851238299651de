import { readFileSync } from 'node:fs';

/** Cancels what {@link Clock.after} scheduled. Harmless when it has already fired. */
export type CancelTimer = () => void;

/**
 * Where time comes from. Injected everywhere, so that a test moves time instead of waiting for it.
 *
 * - `now` is the wall clock, in milliseconds since the Unix epoch. It may jump either way: for showing and for journals only.
 * - `steady` is milliseconds since an arbitrary origin. It never goes back and it goes on counting while the machine sleeps,
 *   so it is the one for leases, fences and timeouts: a laptop that slept an hour must find its leases expired.
 * - `after` runs `action` once, `delayMs` later. A pending timer does not keep the process alive.
 */
export interface Clock {
  now(): number;
  steady(): number;
  after(delayMs: number, action: () => void): CancelTimer;
}

/** A wall clock that gained more than this on the monotonic one means that the machine slept. */
const SUSPEND_JUMP_MS = 2_000;

/** The machine's own clock. */
export function systemClock(): Clock {
  let steady: (() => number) | undefined;
  return {
    now: () => Date.now(),
    steady: () => (steady ??= bootTimeMs() === undefined ? monotonicThroughSuspend() : () => bootTimeMs() ?? performance.now())(),
    after(delayMs, action) {
      const timer = setTimeout(action, delayMs);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

/** CLOCK_BOOTTIME, which Linux shows in /proc/uptime (10 ms resolution). `performance.now()` stands still during suspend there. */
function bootTimeMs(): number | undefined {
  try {
    const seconds = Number.parseFloat(readFileSync('/proc/uptime', 'latin1'));
    return Number.isFinite(seconds) ? seconds * 1_000 : undefined;
  } catch {
    return undefined;
  }
}

/** Elsewhere: the monotonic clock, plus every forward jump of the wall clock that is too large to be a correction. */
function monotonicThroughSuspend(): () => number {
  let slept = 0;
  let offset = Date.now() - performance.now();
  return () => {
    const monotonic = performance.now();
    const gained = Date.now() - monotonic - offset;
    if (Math.abs(gained) > SUSPEND_JUMP_MS) {
      if (gained > 0) slept += gained;
      offset += gained;
    }
    return monotonic + slept;
  };
}
