import type { ChannelMessage, RunView, SessionView, TeamView, WorkerView } from '@maestro/protocol';
import { LIVE_RUN_STATES } from '@maestro/protocol';
import type { SessionLine } from '../../features/control/index.js';
import { duration, spoken } from '../format/words.js';

/** What is known when the screen is drawn. */
export interface Facts {
  /** The daemon's own word on the project's session. */
  readonly session: SessionLine;
  /** What the studio said last; empty before it has said anything. */
  readonly sessions: readonly SessionView[];
  /** The newest first. */
  readonly runs: readonly RunView[];
  readonly team: TeamView | undefined;
  readonly messages: readonly ChannelMessage[];
}

export const RowState = { starting: 'starting', idle: 'idle', working: 'working', silent: 'silent', leaving: 'leaving', gone: 'gone', offline: 'offline' } as const;
export type RowState = (typeof RowState)[keyof typeof RowState];

/** Somebody on the left of the screen. */
export interface Row {
  /** Stays the same as long as it is the same one. */
  readonly id: string;
  readonly name: string;
  /** Drawn below its lead; `last` closes the branch. */
  readonly branch: 'none' | 'middle' | 'last';
  readonly state: RowState;
  readonly run: RunView | undefined;
  /** Since when the state has been what it is, where that is known. ISO 8601. */
  readonly since: string | null;
}

/** This machine's session first, then its team, then who else is connected. */
export function rowsOf(facts: Facts): readonly Row[] {
  const { session, sessions, team } = facts;
  const own = session.link.session;
  const workers = team?.workers ?? [];
  const seats = new Set(workers.map(({ sessionId }) => sessionId));
  const others = sessions.filter(({ id, status }) => id !== own && !seats.has(id) && status !== 'offline');
  return [
    ownRow(facts),
    ...workers.map((worker, index): Row => workerRow(facts, worker, index === workers.length - 1)),
    ...others.sort((one, other) => one.name.localeCompare(other.name)).map((each) => sessionRow(facts, each)),
  ];
}

function ownRow({ session, runs }: Facts): Row {
  const live = session.runs.find(({ state }) => state === 'running' || state === 'claimed' || state === 'stopping');
  const run = runs.find(({ id }) => id === live?.run) ?? latestOf(runs, session.link.session ?? null);
  const row = { id: 'own', name: session.name, branch: 'none', run } as const;
  if (session.link.state === 'connecting') return { ...row, state: 'starting', since: session.link.since };
  if (session.link.state !== 'online') return { ...row, state: 'offline', since: session.link.since };
  return live === undefined ? { ...row, state: 'idle', since: null } : { ...row, state: 'working', since: live.startedAt ?? run?.startedAt ?? null };
}

const WORKER_STATES: Readonly<Record<WorkerView['status'], RowState>> = { spawned: 'starting', connected: 'idle', working: 'working', silent: 'silent', ended: 'gone' };

function workerRow({ session, runs }: Facts, worker: WorkerView, last: boolean): Row {
  const run = runs.find(({ id }) => id === worker.run?.id) ?? latestOf(runs, worker.sessionId);
  const state = WORKER_STATES[worker.status];
  const since = { starting: worker.createdAt, idle: null, working: run?.startedAt ?? null, silent: worker.lastSeenAt, gone: worker.endedAt, leaving: null, offline: null }[state];
  // The lead stands above it, and a worker is named after its lead.
  const name = worker.name.startsWith(`${session.name} `) ? worker.name.slice(session.name.length + 1) : worker.name;
  return { id: worker.id, name, branch: last ? 'last' : 'middle', state, run, since };
}

const SESSION_STATES: Readonly<Record<SessionView['status'], RowState>> = { online: 'idle', stale: 'silent', draining: 'leaving', offline: 'gone' };

function sessionRow({ runs }: Facts, { id, name, status, lastSeenAt }: SessionView): Row {
  const run = latestOf(runs, id);
  const state = status === 'online' && isLive(run) ? 'working' : SESSION_STATES[status];
  return { id, name, branch: 'none', state, run, since: state === 'working' ? (run?.startedAt ?? null) : state === 'silent' ? lastSeenAt : null };
}

/** One that goes on, or else the last one. */
function latestOf(runs: readonly RunView[], session: string | null): RunView | undefined {
  if (session === null) return undefined;
  const own = runs.filter(({ sessionId }) => sessionId === session);
  return own.find(isLive) ?? own[0];
}

export function isLive(run: RunView | undefined): boolean {
  return run !== undefined && (LIVE_RUN_STATES as readonly string[]).includes(run.status);
}

/** What a run is about, for people: `SHOP-12`, `SHOP-12 review`, `plan`. */
export function subjectOf({ taskKey, purpose }: Pick<RunView, 'taskKey' | 'purpose'>): string {
  if (taskKey === null) return spoken(purpose);
  return purpose === 'implement' ? taskKey : `${taskKey} ${spoken(purpose)}`;
}

/** The right end of a row, from the fullest to the shortest: what it does and for how long, or only what. */
export function doingOf({ state, run, since }: Row, now: number): readonly [string, string] {
  const what = state === 'working' && run !== undefined ? subjectOf(run) : state;
  return [since === null ? what : `${what} ${duration(now - Date.parse(since))}`, what];
}

/** The row that is looked at: the one that was chosen, or else the first at work, or else the first. */
export function focusOf(rows: readonly Row[], chosen: string | undefined): Row | undefined {
  return rows.find(({ id }) => id === chosen) ?? rows.find(({ state }) => state === 'working') ?? rows[0];
}

/** How many there are of what one wants to know at a glance. */
export function tallyOf(rows: readonly Row[]): string {
  return (['working', 'silent', 'gone'] as const)
    .map((state) => [rows.filter((row) => row.state === state).length, state === 'working' ? 'at work' : state] as const)
    .filter(([count, word]) => count > 0 || word === 'at work')
    .map(([count, word]) => `${count} ${word}`)
    .join(' · ');
}
