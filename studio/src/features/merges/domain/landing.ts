import type { Policy, RunOutcome } from '@maestro/protocol';

/** How a merge run may end. */
export type MergeOutcome = Extract<RunOutcome, { kind: 'merged' | 'epic_lacks' | 'overlapped' | 'tip_moved' | 'conflict' | 'result_failed' | 'not_granted' }>;

/** What a merge outcome means for its task; the shape of the task's happenings, so that it can be handed on as it is. */
export type Landing =
  | { readonly event: 'merged'; readonly commit: string }
  | { readonly event: 'epic_holds'; readonly commit: string }
  | { readonly event: 'epic_lacks' }
  | { readonly event: 'overlapped'; readonly tip: string; readonly paths: readonly string[] | null }
  | { readonly event: 'tip_moved'; readonly tip: string }
  | { readonly event: 'conflict'; readonly tip: string; readonly paths: readonly string[]; readonly detail: string }
  | { readonly event: 'result_failed'; readonly tip: string; readonly tipPasses: boolean; readonly command: string; readonly output: string };

export interface LandingFacts {
  /** A cancel waits for the fate of the push. */
  readonly cancelRequested: boolean;
  readonly deltaReview: Policy['deltaReview'];
  /** The epic's tip, as far as the studio knows it. */
  readonly knownTip: string;
  /** The project's commands are others by now than those that the run went by. */
  readonly commandsChanged: boolean;
}

/** What becomes of the recorded intents of a task. `keep`: the fate of a push is still not known. */
export type IntentFate = { readonly kind: 'landed'; readonly commit: string; readonly found: boolean } | { readonly kind: 'gone' } | { readonly kind: 'keep' };

/**
 * What a merge outcome means for its task. `undefined`: nothing; the merge is due again when the rules allow. What a cancel makes of it
 * that waited for the push is the task table's to say.
 */
export function landingOf(outcome: MergeOutcome, { cancelRequested, deltaReview, knownTip, commandsChanged }: LandingFacts): Landing | undefined {
  switch (outcome.kind) {
    case 'merged':
      return { event: outcome.found ? 'epic_holds' : 'merged', commit: outcome.commit };
    case 'epic_lacks':
      return { event: 'epic_lacks' };
    case 'not_granted':
      // The policy reviews every moved tip, and the daemon did not say which paths: a whole review. Nothing was read here, so a cancel
      // that waits for the fate of an earlier push goes on waiting.
      return outcome.reason === 'review_again' && !cancelRequested ? { event: 'overlapped', tip: knownTip, paths: null } : undefined;
    case 'overlapped':
      return { event: 'overlapped', tip: outcome.tip, paths: deltaReview === 'never' ? null : outcome.paths };
    case 'tip_moved':
      return { event: 'tip_moved', tip: outcome.tip };
    case 'conflict':
      return { event: 'conflict', tip: outcome.tip, paths: outcome.paths, detail: outcome.detail };
    case 'result_failed': {
      // A person changed the commands while they ran: what the old ones say about result and tip is void, and the merge is due again.
      if (commandsChanged && !cancelRequested) return undefined;
      const { tip, tipPasses, command, output } = outcome;
      return { event: 'result_failed', tip, tipPasses, command, output };
    }
  }
}

/** What the outcome says about pushes that were granted. */
export function fateOf(outcome: MergeOutcome): IntentFate {
  switch (outcome.kind) {
    case 'merged':
      return { kind: 'landed', commit: outcome.commit, found: outcome.found };
    case 'not_granted':
      return { kind: 'keep' };
    default:
      return { kind: 'gone' };
  }
}

/** Where the epic was seen by this outcome. */
export function tipOf(outcome: MergeOutcome): string | undefined {
  return outcome.kind === 'not_granted' ? undefined : outcome.tip;
}
