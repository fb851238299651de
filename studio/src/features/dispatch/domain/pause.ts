import type { PauseScope } from '@maestro/protocol';

/** Somebody said that nothing new is to begin here. */
export interface Pause {
  readonly scope: PauseScope;
  readonly by: string;
  /** Empty when nothing was said. */
  readonly why: string;
}

const WHAT: Readonly<Record<PauseScope, string>> = { workspace: 'The workspace is', project: 'The project is', session: 'It is' };

export function pauseSentence({ scope, by, why }: Pause): string {
  return `${WHAT[scope]} paused by ${by}${why === '' ? '' : `: ${why.replace(/[.!?]+$/, '')}`}. Resume it.`;
}
