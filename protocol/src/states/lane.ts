import { casesFor } from './builder.js';
import type { Table } from './table.js';

/**
 * The lane: a task's branch and borrowing clone on one machine, kept through retries, revision, repair, landing and cleanup.
 * Nothing is removed before its snapshot exists.
 */
export const LaneStatus = {
  preparing: 'preparing',
  ready: 'ready',
  inUse: 'in_use',
  idle: 'idle',
  landed: 'landed',
  abandoned: 'abandoned',
  snapshotted: 'snapshotted',
  removed: 'removed',
} as const;
export type LaneStatus = (typeof LaneStatus)[keyof typeof LaneStatus];

export const laneEvents = {
  prepared: {},
  prepare_failed: {},
  run_started: {},
  run_ended: {},
  task_landed: {},
  task_dropped: {},
  snapshot_taken: {},
  removed: {},
  recycled: {},
} as const;
export type LaneEvent = keyof typeof laneEvents;

export const laneEffects = { snapshot: 'the lane is snapshotted before anything destructive' } as const;
export type LaneEffect = keyof typeof laneEffects;

const { row, never } = casesFor<LaneStatus, typeof laneEvents, LaneEffect>();
const ALL = ['preparing', 'ready', 'in_use', 'idle', 'landed', 'abandoned', 'snapshotted', 'removed'] as const;
const except = (...states: readonly LaneStatus[]) => ALL.filter((state) => !states.includes(state));

export const laneTable: Table<LaneStatus, typeof laneEvents, LaneEffect> = {
  name: 'lane',
  states: ALL,
  events: laneEvents,
  effects: laneEffects,
  causes: {
    prepared: 'system', prepare_failed: 'system', run_started: 'system', run_ended: 'system', task_landed: 'system', task_dropped: 'system',
    snapshot_taken: 'system', removed: 'system', recycled: 'system',
  },
  cases: [
    row('preparing', 'prepared', 'ready'),
    never(except('preparing'), 'prepared', 'a lane is prepared once'),
    row('preparing', 'prepare_failed', 'removed', { note: 'nothing was in it yet' }),
    never(except('preparing'), 'prepare_failed', 'a lane is prepared once'),
    row(['ready', 'idle'], 'run_started', 'in_use'),
    row('in_use', 'run_started', 'same', { note: 'the run came back after a crash of the daemon' }),
    never(except('ready', 'idle', 'in_use'), 'run_started', 'a run asks for a ready or idle lane'),
    row('in_use', 'run_ended', 'idle'),
    row(except('in_use'), 'run_ended', 'same'),
    row(['ready', 'in_use', 'idle'], 'task_landed', 'landed'),
    row(except('ready', 'in_use', 'idle'), 'task_landed', 'same'),
    row(['preparing', 'ready', 'in_use', 'idle'], 'task_dropped', 'abandoned', { effects: ['snapshot'] }),
    row(except('preparing', 'ready', 'in_use', 'idle'), 'task_dropped', 'same'),
    row(['landed', 'abandoned'], 'snapshot_taken', 'snapshotted'),
    row(except('landed', 'abandoned'), 'snapshot_taken', 'same', { note: 'a snapshot of work in progress' }),
    row('snapshotted', 'removed', 'removed'),
    never(except('snapshotted'), 'removed', 'only a snapshotted lane is removed'),
    row('snapshotted', 'recycled', 'ready', { note: 'proven clean by a walk' }),
    never(except('snapshotted'), 'recycled', 'only a snapshotted lane is recycled'),
  ],
};
