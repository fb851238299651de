import type { FailureClass, Finding } from '@maestro/protocol';

/**
 * What happened to a task, with what is known about it. The facts that the state table asks for are derived from this and the record
 * (`facts.ts`), so that no caller counts caps or compares heads by itself.
 */
export type TaskHappening =
  | { readonly event: 'activated' }
  | { readonly event: 'dependency_cancelled'; readonly keys: readonly string[] }
  | { readonly event: 'run_started'; readonly session: string | null }
  | { readonly event: 'run_resumed'; readonly working: boolean; readonly session: string | null }
  | {
      readonly event: 'produced';
      readonly head: string;
      readonly base: string;
      readonly tree: string;
      readonly baseTree: string;
      readonly tip: string;
      readonly session: string | null;
      readonly member: string | null;
    }
  | {
      readonly event: 'approved';
      readonly run: string;
      readonly by: string;
      readonly head: string;
      readonly base: string;
      readonly tree: string;
      readonly tip: string;
      readonly textVersion: number;
    }
  | { readonly event: 'rejected'; readonly by: string; readonly tree: string; readonly summary: string; readonly findings: readonly Finding[] }
  | { readonly event: 'no_verdict'; readonly why: string }
  | { readonly event: 'overlapped'; readonly tip: string; /** Null asks for a whole review. */ readonly paths: readonly string[] | null }
  | { readonly event: 'tip_moved'; readonly tip: string }
  | { readonly event: 'merged'; readonly commit: string }
  | { readonly event: 'conflict'; readonly tip: string; readonly paths: readonly string[]; readonly detail: string }
  | { readonly event: 'result_failed'; readonly tip: string; readonly tipPasses: boolean; readonly command: string; readonly output: string }
  | { readonly event: 'epic_holds'; readonly commit: string }
  | { readonly event: 'epic_lacks' }
  | {
      readonly event: 'run_failed';
      /** Failed, timed-out and stalled runs of this stage and revision since the last grant, this one included. */
      readonly attempts: number;
      readonly class: FailureClass;
      readonly sentence: string;
      readonly session: string | null;
      readonly dueAfter: string;
    }
  | { readonly event: 'runs_exhausted'; readonly why: string }
  | { readonly event: 'budget_spent'; readonly why: string }
  | { readonly event: 'budget_raised' }
  | { readonly event: 'asked_person'; readonly question: string }
  | { readonly event: 'subtask_added'; readonly child: string }
  | { readonly event: 'subtask_waited'; readonly child: string; readonly childNeedsParent: boolean }
  | { readonly event: 'offer_expired' }
  | { readonly event: 'text_edited'; readonly changes: TextChanges; readonly choice: 'restart' | 'tell' | 'keep' }
  | { readonly event: 'dependencies_edited' }
  | { readonly event: 'start'; readonly session: string | null }
  | { readonly event: 'assigned'; readonly member: string; readonly by: string | null }
  | { readonly event: 'accepted'; readonly member: string; readonly session: string | null }
  | { readonly event: 'declined'; readonly why: string }
  | { readonly event: 'unassigned' }
  | { readonly event: 'stop'; readonly why: string }
  | { readonly event: 'cancel' }
  | { readonly event: 'retry'; readonly note: string }
  | { readonly event: 'approve'; readonly head: string; readonly by: string; readonly note: string }
  | { readonly event: 'confirm' }
  | { readonly event: 'drop_dependencies' }
  | { readonly event: 'treat_as_done' }
  | { readonly event: 'answer'; readonly text: string };

export type HappeningOf<E extends TaskHappening['event']> = Extract<TaskHappening, { event: E }>;

/** The text of a task; each change makes a new text version. */
export interface TextChanges {
  readonly title?: string;
  readonly description?: string;
  readonly acceptanceCriteria?: readonly string[];
  readonly skills?: readonly { readonly slug: string; readonly min: number }[];
  readonly priority?: number;
  readonly estimateMinutes?: number | null;
}

