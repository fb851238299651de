/** One step of the rehearsal agent; the daemon documents them all in `rehearsal/script.ts`. */
export type Step = Readonly<Record<string, unknown>>;

export interface Part {
  readonly when?: Readonly<Record<string, number>>;
  readonly steps: readonly Step[];
}
/** What the agent does for each purpose of a task; the first part whose `when` fits is played. */
export type Purposes = Readonly<Record<string, readonly Part[]>>;

export const write = (path: string, content: string): Step => ({ write: { path, content } });
export const append = (path: string, content: string): Step => ({ append: { path, content } });
export const say = (text: string): Step => ({ say: text });
export const run = (command: string): Step => ({ run: command });
export const resolve = (path: string, content: string): Step => ({ resolve_conflicts: { path, content } });
export const expectPrompt = (text: string): Step => ({ expect_prompt: text });
export const crash: Step = { exit: 9 };
export const approve: Step = { verdict: { verdict: 'approved', summary: 'As it should be.' } };
export const reject = (message: string): Step => ({ verdict: { verdict: 'rejected', summary: message, findings: [{ severity: 'blocking', message }] } });
export const subtask = (args: Readonly<Record<string, unknown>>): Step => ({ tool: { name: 'subtask', args } });

/** The usual implementation: some steps, then a word. */
export const does = (...steps: readonly Step[]): readonly Part[] => [{ steps: [...steps, say('Done.')] }];
export const when = (condition: Readonly<Record<string, number>>, ...steps: readonly Step[]): Part => ({ when: condition, steps: [...steps, say('Done.')] });

/** Writes one file of its own: the smallest change that counts. */
export const writes = (path: string, content = `${path}\n`): Purposes => ({ implement: does(write(path, content)) });
