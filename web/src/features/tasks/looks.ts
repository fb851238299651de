import type { RunStatus, TaskStatus } from '@maestro/protocol';
import type { Look } from '../../ui/index.js';

/** How each standing of a task is shown. A new one does not compile until it is given a look. */
export const TASK_LOOKS: Readonly<Record<TaskStatus, Look>> = {
  draft: { word: 'Draft', shape: 'dashed', hue: 'quiet' },
  queued: { word: 'Queued', shape: 'empty', hue: 'quiet' },
  in_progress: { word: 'In progress', shape: 'quarter', hue: 'progress' },
  in_review: { word: 'In review', shape: 'half', hue: 'review' },
  landing: { word: 'Landing', shape: 'most', hue: 'landing' },
  blocked: { word: 'Blocked', shape: 'diamond', hue: 'blocked' },
  done: { word: 'Done', shape: 'check', hue: 'done' },
  cancelled: { word: 'Cancelled', shape: 'cross', hue: 'quiet' },
};

/** How each standing of a run is shown. */
export const RUN_LOOKS: Readonly<Record<RunStatus, Look>> = {
  dispatched: { word: 'Offered', shape: 'dashed', hue: 'progress' },
  claimed: { word: 'Taken', shape: 'empty', hue: 'progress' },
  running: { word: 'Running', shape: 'half', hue: 'progress' },
  waiting: { word: 'Waits', shape: 'held', hue: 'progress' },
  lost: { word: 'Lost', shape: 'diamond', hue: 'blocked' },
  succeeded: { word: 'Succeeded', shape: 'check', hue: 'done' },
  failed: { word: 'Failed', shape: 'cross', hue: 'blocked' },
  timed_out: { word: 'Timed out', shape: 'cross', hue: 'blocked' },
  stalled: { word: 'Stalled', shape: 'cross', hue: 'blocked' },
  yielded: { word: 'Yielded', shape: 'check', hue: 'quiet' },
  cancelled: { word: 'Cancelled', shape: 'cross', hue: 'quiet' },
  withdrawn: { word: 'Withdrawn', shape: 'cross', hue: 'quiet' },
  superseded: { word: 'Superseded', shape: 'cross', hue: 'quiet' },
};
