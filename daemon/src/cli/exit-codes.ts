/** How a command ends, by class: scripts branch on these numbers, so a number never changes its meaning. */
export const EXITS = [
  { name: 'done', code: 0, meaning: 'Done.' },
  { name: 'failed', code: 1, meaning: 'Failed, for a reason of its own that the message gives.' },
  { name: 'usage', code: 2, meaning: 'The command line could not be understood, or names several things at once.' },
  { name: 'notSignedIn', code: 3, meaning: 'Not signed in, or the sign-in has ended: `maestro auth`.' },
  { name: 'notPermitted', code: 4, meaning: 'Signed in, but not permitted to do this.' },
  { name: 'notFound', code: 5, meaning: 'Not found: no such project, plan, task, run or file, or no daemon runs.' },
  { name: 'conflict', code: 6, meaning: 'The state of things does not allow it, or somebody else was faster.' },
  { name: 'unreachable', code: 7, meaning: 'The studio cannot be reached, or is not ready.' },
  { name: 'timedOut', code: 8, meaning: 'It took too long.' },
  { name: 'interrupted', code: 130, meaning: 'Interrupted with Ctrl-C.' },
] as const;

export type ExitName = (typeof EXITS)[number]['name'];

export function exitCode(name: ExitName): number {
  const found = EXITS.find((exit) => exit.name === name);
  if (found === undefined) throw new Error(`exit_unknown: ${name}`);
  return found.code;
}
