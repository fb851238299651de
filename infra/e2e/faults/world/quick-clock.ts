/** A daemon's clock, as far as its link to the studio asks it. */
export interface LinkClock {
  now(): number;
  steady(): number;
  after(delayMs: number, action: () => void): () => void;
}

/** The clock of somebody for whom time passes so many times as fast. What it says is in its own milliseconds. */
export function quickClock(clock: LinkClock, times: number): LinkClock {
  const [wall, steady] = [clock.now(), clock.steady()];
  return {
    now: () => wall + (clock.now() - wall) * times,
    steady: () => steady + (clock.steady() - steady) * times,
    after: (delayMs, action) => clock.after(delayMs / times, action),
  };
}
