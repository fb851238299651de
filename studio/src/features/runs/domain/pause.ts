import { Purpose } from '@maestro/protocol';
import type { PauseScope } from '@maestro/protocol';

/** Somebody said that nothing new is to begin here. */
export interface StandingPause {
  readonly scope: PauseScope;
  /** Name of the person. */
  readonly by: string;
  /** Empty when nothing was said. */
  readonly why: string;
}

/** What is on offer, as far as a pause asks. */
export interface OnOffer {
  readonly purpose: Purpose;
  /** Reads whether a granted push has landed. */
  readonly readOnly: boolean;
  /** A push of its plan's release was granted and its fate is not known. */
  readonly releasePushing: boolean;
}

/**
 * Whether a pause of this scope takes the offer back, or refuses whoever comes to claim it. The same as dispatch goes by: a granted push is
 * followed up whatever a workspace or project says, but a paused session gets nothing at all, since another can follow up.
 */
export function holdsBack(scope: PauseScope, { purpose, readOnly, releasePushing }: OnOffer): boolean {
  if (scope === 'session') return true;
  return !readOnly && !(purpose === Purpose.release && releasePushing);
}

const WHAT: Readonly<Record<PauseScope, string>> = { workspace: 'The workspace', project: 'The project', session: 'This session' };

/** What a daemon hears that claims an offer which was made in the moment of the pause. */
export function heldBackSentence({ scope, by, why }: StandingPause): string {
  return `${WHAT[scope]} is paused by ${by}${why === '' ? '' : `: ${why.replace(/[.!?]+$/, '')}`}. Nothing new begins there.`;
}

/** Why an offer ended. */
export function takenBackSentence(scope: PauseScope): string {
  return `${scope === 'session' ? 'The session' : WHAT[scope]} was paused before anybody took the run.`;
}
