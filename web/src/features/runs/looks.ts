import type { Purpose, RunStatus, WaitReason } from '@maestro/protocol';
import type { Look } from '../../ui/index.js';

/** How each standing of a run is shown. */
export const RUN_LOOKS: Readonly<Record<RunStatus, Look>> = {
  dispatched: { word: 'Offered', shape: 'dashed', hue: 'quiet' },
  claimed: { word: 'Taken', shape: 'quarter', hue: 'progress' },
  running: { word: 'Running', shape: 'half', hue: 'progress' },
  waiting: { word: 'Waiting', shape: 'held', hue: 'quiet' },
  lost: { word: 'Out of touch', shape: 'dashed', hue: 'progress' },
  succeeded: { word: 'Succeeded', shape: 'check', hue: 'done' },
  failed: { word: 'Failed', shape: 'cross', hue: 'blocked' },
  timed_out: { word: 'Timed out', shape: 'cross', hue: 'blocked' },
  stalled: { word: 'Stalled', shape: 'cross', hue: 'blocked' },
  yielded: { word: 'Gave way', shape: 'held', hue: 'quiet' },
  cancelled: { word: 'Cancelled', shape: 'cross', hue: 'quiet' },
  withdrawn: { word: 'Withdrawn', shape: 'cross', hue: 'quiet' },
  superseded: { word: 'Superseded', shape: 'cross', hue: 'quiet' },
};

/** What a run is for, in a word or two. */
export const PURPOSE_WORDS: Readonly<Record<Purpose, string>> = {
  implement: 'Implement',
  review: 'Review',
  merge: 'Merge',
  plan: 'Plan',
  bootstrap_epic: 'Make the epic branch',
  release: 'Release',
  release_cleanup: 'Clean up after the release',
  repo_analysis: 'Analyse the repository',
};

/** What a waiting run waits for, as the end of a sentence. */
export const WAIT_WORDS: Readonly<Record<WaitReason, string>> = {
  quota: "the agent's limit to be over",
  human: "a person's answer",
  plan: 'the plan to be resumed',
  budget: 'a larger budget',
  restart: 'its work to be saved; the stage begins anew',
};
