import type { Clock } from '../platform/clock.js';

/** Time that stands still until it is moved. */
export function stillClock() {
  let now = 0;
  let timers: { readonly at: number; readonly action: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    steady: () => now,
    after(delayMs, action) {
      const timer = { at: now + delayMs, action };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
  };
  const move = async (ms: number) => {
    now += ms;
    for (const timer of timers.filter(({ at }) => at <= now)) {
      timers = timers.filter((each) => each !== timer);
      timer.action();
    }
    // What was asked is answered within the same turn.
    await new Promise<void>((resolve) => setImmediate(resolve));
  };
  return { clock, move };
}
