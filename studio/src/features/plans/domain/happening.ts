/**
 * What happened to a plan, with what is known about it. Facts that the record itself tells (whether a release is being pushed, whether
 * the budget paused it) are not asked of the caller.
 */
export type PlanHappening =
  | {
      readonly event: 'activate';
      readonly plan: 'ready' | 'no_tasks' | 'cycle' | 'epic_blocked';
      /** Six random letters or digits; the end of the epic branch's name. */
      readonly suffix: string;
    }
  | { readonly event: 'bootstrapped'; readonly tip: string }
  | {
      readonly event: 'bootstrap_exhausted';
      readonly sentence: string;
      /** A branch is in the way of every `epic/…`: other plans of the project need not try. */
      readonly epicBlocked?: boolean;
    }
  | { readonly event: 'retry_bootstrap' }
  | { readonly event: 'pause'; readonly stop: boolean }
  | { readonly event: 'budget_spent'; readonly why: string }
  | { readonly event: 'budget_raised' }
  | { readonly event: 'resume' }
  | { readonly event: 'tasks_ended'; readonly anyDone: boolean }
  | { readonly event: 'release'; readonly tasks: 'all_ended' | 'some_open' | 'none_done' }
  | { readonly event: 'released'; readonly commit: string }
  | { readonly event: 'base_holds'; readonly commit: string | null }
  | {
      readonly event: 'release_failed';
      readonly why: 'conflict' | 'validation_failed' | 'push_refused' | 'run_exhausted';
      readonly sentence: string;
      /** Paths, command, output: whatever the run reported. */
      readonly details: Readonly<Record<string, unknown>>;
    }
  | { readonly event: 'cancel_release' }
  | { readonly event: 'cancel' }
  | { readonly event: 'archive' }
  | { readonly event: 'edit' }
  | { readonly event: 'validate_again' };

export type PlanHappeningOf<E extends PlanHappening['event']> = Extract<PlanHappening, { event: E }>;
