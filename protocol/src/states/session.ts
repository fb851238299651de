import { casesFor } from './builder.js';
import type { Table } from './table.js';

/**
 * The agent session: one connected daemon for one project. Offline is not the end: a `hello` from the same machine brings the
 * session back, with the runs it still holds.
 */
export const SessionStatus = { online: 'online', stale: 'stale', draining: 'draining', offline: 'offline' } as const;
export type SessionStatus = (typeof SessionStatus)[keyof typeof SessionStatus];

export const sessionEvents = { hello: {}, heartbeat: {}, heartbeat_missed: {}, lease_over: {}, drain: {}, left: {} } as const;
export type SessionEvent = keyof typeof sessionEvents;

export const sessionEffects = {
  withdraw_offers: 'its offered runs are withdrawn',
  wake_dispatch: 'what is due may go to it',
} as const;
export type SessionEffect = keyof typeof sessionEffects;

const { row } = casesFor<SessionStatus, typeof sessionEvents, SessionEffect>();
const ALL = ['online', 'stale', 'draining', 'offline'] as const;

export const sessionTable: Table<SessionStatus, typeof sessionEvents, SessionEffect> = {
  name: 'session',
  states: ALL,
  events: sessionEvents,
  effects: sessionEffects,
  causes: { hello: 'system', heartbeat: 'system', heartbeat_missed: 'system', lease_over: 'system', drain: 'system', left: 'system' },
  cases: [
    row(ALL, 'hello', 'online', { effects: ['wake_dispatch'] }),
    row(['online', 'stale'], 'heartbeat', 'online'),
    row('draining', 'heartbeat', 'same'),
    row('offline', 'heartbeat', 'same', { note: 'answered with "say hello"' }),
    row('online', 'heartbeat_missed', 'stale', { effects: ['withdraw_offers'] }),
    row(['stale', 'draining', 'offline'], 'heartbeat_missed', 'same'),
    row(['online', 'stale', 'draining'], 'lease_over', 'offline', { effects: ['withdraw_offers'] }),
    row('offline', 'lease_over', 'same'),
    row(['online', 'stale'], 'drain', 'draining', { effects: ['withdraw_offers'] }),
    row(['draining', 'offline'], 'drain', 'same'),
    row(ALL, 'left', 'offline', { effects: ['withdraw_offers'] }),
  ],
};
