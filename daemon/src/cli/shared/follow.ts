import type { World } from '../command.js';

/** Waits, or until Ctrl-C. Answers whether to go on. */
export function pause({ clock, interrupt }: World, milliseconds: number): Promise<boolean> {
  if (interrupt.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    // The clock's timers do not keep a process alive; a command that follows is alive because of them.
    const keep = setInterval(() => undefined, 60_000);
    const done = (goOn: boolean) => {
      clearInterval(keep);
      cancel();
      interrupt.removeEventListener('abort', onAbort);
      resolve(goOn);
    };
    const onAbort = () => done(false);
    const cancel = clock.after(milliseconds, () => done(true));
    interrupt.addEventListener('abort', onAbort, { once: true });
  });
}
