import type { TaskStatus } from '@maestro/protocol';
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
