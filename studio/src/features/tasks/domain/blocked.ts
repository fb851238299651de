import { BlockedAction, BlockedCode } from '@maestro/protocol';
import type { TaskHappening } from './happening.js';
import type { TaskRecord } from './task.js';

/** What a person can do about each code; the table's `blocked` cases are the other half of this, and a test holds the two together. */
export const BLOCKED_ACTIONS: Readonly<Record<BlockedCode, readonly BlockedAction[]>> = {
  attempts_exhausted: [BlockedAction.retry, BlockedAction.cancel],
  runs_exhausted: [BlockedAction.retry, BlockedAction.cancel],
  revision_cap: [BlockedAction.retry, BlockedAction.approve, BlockedAction.cancel],
  repair_cap: [BlockedAction.retry, BlockedAction.approve, BlockedAction.cancel],
  no_verdict: [BlockedAction.retry, BlockedAction.approve, BlockedAction.cancel],
  no_change: [BlockedAction.confirm, BlockedAction.retry, BlockedAction.cancel],
  no_progress: [BlockedAction.retry, BlockedAction.approve, BlockedAction.cancel],
  stopped: [BlockedAction.start, BlockedAction.assign, BlockedAction.cancel],
  dependency_cancelled: [BlockedAction.dropDependencies, BlockedAction.treatAsDone, BlockedAction.cancel],
  budget: [BlockedAction.raiseBudget, BlockedAction.cancel],
  manual_attention: [BlockedAction.answer, BlockedAction.cancel],
};

/** What happened, why, and what to do: shown wherever the task is. */
export function blockedSentence(code: BlockedCode, task: TaskRecord, because: TaskHappening): string {
  switch (code) {
    case BlockedCode.attemptsExhausted:
      return because.event === 'run_failed'
        ? `${because.attempts} attempts in a row failed; the last one said: ${because.sentence} Fix the cause, then retry.`
        : 'Too many attempts in a row failed. Fix the cause, then retry.';
    case BlockedCode.runsExhausted:
      return because.event === 'runs_exhausted'
        ? `${because.why} Look at its runs, then retry to grant more.`
        : 'The task has used up its runs. Look at them, then retry to grant more.';
    case BlockedCode.revisionCap:
      return `Review turned the work down ${task.revisions + 1} times. Read the findings, then retry with a note, or approve the head yourself.`;
    case BlockedCode.repairCap:
      return `The work could not be landed after ${task.repairs} repairs. Retry with a note, or approve the head yourself.`;
    case BlockedCode.noVerdict:
      return `Two reviews ended without a usable verdict${because.event === 'no_verdict' ? ` (${because.why})` : ''}. Retry the review, or approve the head yourself.`;
    case BlockedCode.noChange:
      return 'The agent finished without changing anything. Confirm that nothing had to change, or retry with a note that says what is missing.';
    case BlockedCode.noProgress:
      return 'The agent handed in the same work that review had turned down. Retry with a note, or approve the head yourself.';
    case BlockedCode.stopped:
      return because.event === 'stop' && because.why !== '' ? `Stopped: ${because.why} Its lane is kept. Start it again when you like.` : 'A person stopped it. Its lane is kept. Start it again when you like.';
    case BlockedCode.dependencyCancelled:
      return because.event === 'dependency_cancelled'
        ? `It waits for ${because.keys.join(', ')}, which ${because.keys.length === 1 ? 'was' : 'were'} cancelled. Drop the dependency, treat it as done, or cancel this task too.`
        : 'It waits for a cancelled task. Drop the dependency, treat it as done, or cancel this task too.';
    case BlockedCode.budget:
      return because.event === 'budget_spent' ? `${because.why} Raise the cap and it goes on by itself.` : 'Its budget is spent. Raise the cap and it goes on by itself.';
    case BlockedCode.manualAttention:
      return because.event === 'asked_person' ? `Its agent asks: ${because.question}` : 'Its agent asks for a person.';
  }
}
