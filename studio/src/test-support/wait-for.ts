import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the condition gives something other than `undefined` or `false`. A test never sleeps for a fixed time instead. */
export async function waitFor<T>(what: string, condition: () => Promise<T | undefined | false> | T | undefined | false, timeoutMs = 30_000): Promise<T> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const answer = await condition();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > until) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await sleep(10);
  }
}
