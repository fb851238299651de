import { casesFor } from './builder.js';
import type { Table } from './table.js';

/**
 * A worker of a team: one process on its lead's machine, from the moment its place is given until it is over. It differs from its session,
 * which outlives any process: a worker ends once, and its place is never taken again. `silent` is a worker whose heartbeats are missed; one
 * whose agent merely prints nothing is still `working`.
 */
export const WorkerStatus = { spawned: 'spawned', connected: 'connected', working: 'working', silent: 'silent', ended: 'ended' } as const;
export type WorkerStatus = (typeof WorkerStatus)[keyof typeof WorkerStatus];

export const workerEvents = {
  admitted: {},
  began: {},
  rested: {},
  beat_missed: {},
  heard: { busy: [true, false] },
  left: {},
  not_started: {},
  never_came: {},
  exited: {},
  killed: {},
  team_closed: {},
} as const;
export type WorkerEvent = keyof typeof workerEvents;

/** How a worker ended: the event that ended it. */
export const WORKER_ENDS = ['left', 'not_started', 'never_came', 'exited', 'killed', 'team_closed'] as const satisfies readonly WorkerEvent[];
export type WorkerEnd = (typeof WORKER_ENDS)[number];

export const workerEffects = { note_end: 'a line in the channel says that it ended, and how' } as const;
export type WorkerEffect = keyof typeof workerEffects;

const { row, never } = casesFor<WorkerStatus, typeof workerEvents, WorkerEffect>();
const ALL = ['spawned', 'connected', 'working', 'silent', 'ended'] as const;
const LIVING = ['spawned', 'connected', 'working', 'silent'] as const;
const HEARD_OF = ['connected', 'working', 'silent'] as const;

export const workerTable: Table<WorkerStatus, typeof workerEvents, WorkerEffect> = {
  name: 'worker',
  states: ALL,
  events: workerEvents,
  effects: workerEffects,
  causes: {
    admitted: 'system', began: 'system', rested: 'system', beat_missed: 'system', heard: 'system', left: 'system', not_started: 'system', never_came: 'system',
    exited: 'system', killed: 'system', team_closed: 'system',
  },
  cases: [
    row('spawned', 'admitted', 'connected'),
    row(HEARD_OF, 'admitted', 'same', { note: 'its connection was made anew' }),
    row('ended', 'admitted', 'same', { note: 'its hello is refused, and it stops' }),
    row('connected', 'began', 'working'),
    row(['working', 'silent'], 'began', 'same'),
    never('spawned', 'began', 'only a session that said hello is given a run'),
    row('ended', 'began', 'same', { note: 'the run is lost with it' }),
    row('working', 'rested', 'connected'),
    row(['connected', 'silent', 'spawned', 'ended'], 'rested', 'same'),
    row(['connected', 'working'], 'beat_missed', 'silent'),
    row(['spawned', 'silent', 'ended'], 'beat_missed', 'same'),
    row('silent', 'heard', 'working', { when: { busy: true } }),
    row('silent', 'heard', 'connected', { when: { busy: false } }),
    row(['spawned', 'connected', 'working', 'ended'], 'heard', 'same'),
    row(HEARD_OF, 'left', 'ended', { effects: ['note_end'] }),
    never('spawned', 'left', 'nobody leaves who has not come'),
    row('ended', 'left', 'same'),
    row('spawned', 'not_started', 'ended', { effects: ['note_end'] }),
    never(HEARD_OF, 'not_started', 'it said hello, so it was started'),
    row('ended', 'not_started', 'same'),
    row('spawned', 'never_came', 'ended', { effects: ['note_end'] }),
    row([...HEARD_OF, 'ended'], 'never_came', 'same', { note: 'it came while that was being decided' }),
    row(LIVING, 'exited', 'ended', { effects: ['note_end'] }),
    row('ended', 'exited', 'same', { note: 'the first end counts' }),
    row(LIVING, 'killed', 'ended', { effects: ['note_end'] }),
    row('ended', 'killed', 'same', { note: 'the first end counts' }),
    row(LIVING, 'team_closed', 'ended', { note: 'the channel says that the team is over, once for all' }),
    row('ended', 'team_closed', 'same'),
  ],
};
