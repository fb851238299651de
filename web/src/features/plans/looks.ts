import type { PhaseStatus, PlanStatus } from '@maestro/protocol';
import type { Look } from '../../ui/index.js';

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
