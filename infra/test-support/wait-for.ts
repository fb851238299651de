import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';

/** How long and how often to ask. */
export interface WaitOptions {
  /** What is awaited, as the end of the sentence "waited 5000 ms for …". */
  readonly what: string;
  /** Milliseconds until it gives up. Default 30 000. */
  readonly timeoutMs?: number;
  /** Milliseconds between two questions. Default 25. */
  readonly everyMs?: number;
}

type Answer<T> = T | null | undefined | false;

/**
 * Asks until the condition gives something other than `false`, `null` or `undefined`, and returns that.
 *
 * A condition that throws is asked again: a server that is not up yet refuses connections, and every caller would
 * otherwise write the same try/catch. The last error is the `cause` when the time is over.
 *
 * @throws Error naming what was awaited, for how long, and the last answer.
 */
export async function waitFor<T>(condition: () => Answer<T> | Promise<Answer<T>>, options: WaitOptions): Promise<T> {
  const { what, timeoutMs = 30_000, everyMs = 25 } = options;
  const startedAt = performance.now();
  for (;;) {
    const { answer, error } = await ask(condition);
    if (answer !== false && answer != null) return answer;
    const waitedMs = Math.round(performance.now() - startedAt);
    if (waitedMs >= timeoutMs) {
      const last = error === undefined ? `the last answer was ${inspect(answer)}` : `the last attempt failed: ${String(error)}`;
      throw new Error(`waited ${waitedMs} ms for ${what}; ${last}`, { cause: error });
    }
    await sleep(Math.min(everyMs, timeoutMs - waitedMs));
  }
}

async function ask<T>(condition: () => Answer<T> | Promise<Answer<T>>): Promise<{ answer: Answer<T>; error?: unknown }> {
  try {
    return { answer: await condition() };
  } catch (error) {
    return { answer: undefined, error };
  }
}
