import type { PhaseStatus, PlanStatus, TaskStatus } from '@maestro/protocol';
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

export const PLAN_LOOKS: Readonly<Record<PlanStatus, Look>> = {
  draft: { word: 'Draft', shape: 'dashed', hue: 'quiet' },
  active: { word: 'Active', shape: 'half', hue: 'progress' },
  paused: { word: 'Paused', shape: 'held', hue: 'quiet' },
  releasing: { word: 'Releasing', shape: 'most', hue: 'landing' },
  completed: { word: 'Completed', shape: 'check', hue: 'done' },
  cancelled: { word: 'Cancelled', shape: 'cross', hue: 'quiet' },
  archived: { word: 'Archived', shape: 'cross', hue: 'quiet' },
};

export const PHASE_LOOKS: Readonly<Record<PhaseStatus, Look>> = {
  empty: { word: 'Empty', shape: 'dashed', hue: 'quiet' },
  waiting: { word: 'Waiting', shape: 'empty', hue: 'quiet' },
  active: { word: 'Active', shape: 'half', hue: 'progress' },
  blocked: { word: 'Blocked', shape: 'diamond', hue: 'blocked' },
  done: { word: 'Done', shape: 'check', hue: 'done' },
};
