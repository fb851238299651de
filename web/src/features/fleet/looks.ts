import type { Purpose, SessionStatus, WorkerJob, WorkerView } from '@maestro/protocol';
import type { Look } from '../../ui/index.js';

export const SESSION_LOOKS: Readonly<Record<SessionStatus, Look>> = {
  online: { word: 'Online', shape: 'check', hue: 'done' },
  stale: { word: 'Away', shape: 'dashed', hue: 'progress' },
  draining: { word: 'Leaving', shape: 'held', hue: 'quiet' },
  offline: { word: 'Gone', shape: 'empty', hue: 'quiet' },
};

export const WORKER_LOOKS: Readonly<Record<WorkerView['status'], Look>> = {
  spawned: { word: 'Starting', shape: 'dashed', hue: 'quiet' },
  connected: { word: 'Idle', shape: 'empty', hue: 'done' },
  working: { word: 'Working', shape: 'half', hue: 'progress' },
  silent: { word: 'Silent', shape: 'diamond', hue: 'blocked' },
  ended: { word: 'Gone', shape: 'cross', hue: 'quiet' },
};

export const JOB_WORDS: Readonly<Record<WorkerJob, string>> = { dev: 'writes', review: 'reviews', test: 'tests' };

/** What a run does, as the rest of a sentence that begins with the task. */
export const PURPOSE_WORDS: Readonly<Record<Purpose, string>> = {
  implement: 'Writing',
  review: 'Reviewing',
  merge: 'Merging',
  plan: 'Planning',
  bootstrap_epic: 'Making the epic branch',
  release: 'Releasing',
  release_cleanup: 'Cleaning up after a release',
  repo_analysis: 'Analysing the repository',
};
