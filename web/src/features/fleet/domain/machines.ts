import type { AgentOffer, ProjectView, SessionStatus, SessionView } from '@maestro/protocol';

/** One machine's connection for one project. */
export interface Seat {
  readonly session: SessionView;
  readonly project: Pick<ProjectView, 'id' | 'key' | 'name'>;
}

/** A machine, with everything that it is connected for. */
export interface FleetMachine {
  readonly id: string;
  readonly hostname: string;
  readonly memberId: string;
  readonly memberName: string;
  /** The best of its seats': a machine is there as long as one of its connections is. */
  readonly status: SessionStatus;
  /** When any of its seats was heard of last. */
  readonly lastSeenAt: string;
  /** Each program once, by name and version. */
  readonly agents: readonly AgentOffer[];
  /** By project, leads before their workers, then by name. */
  readonly seats: readonly Seat[];
}

const NEAREST: readonly SessionStatus[] = ['online', 'draining', 'stale', 'offline'];

/**
 * The machines behind the sessions of some projects, those that are there first, then by name. A worker that is gone is no seat any more:
 * its place is never taken again, and its team tells how it ended.
 */
export function machinesOf(seats: readonly Seat[]): readonly FleetMachine[] {
  const kept = seats.filter(({ session }) => session.role === 'lead' || session.status !== 'offline');
  const machines = new Set(kept.map(({ session }) => session.machineId));
  return [...machines].flatMap((id) => toMachine(kept.filter(({ session }) => session.machineId === id))).toSorted((a, b) => rank(a.status) - rank(b.status) || compare(a.hostname, b.hostname) || compare(a.id, b.id));
}

export function isPresent({ status }: Pick<SessionView, 'status'>): boolean {
  return status !== 'offline';
}

/** How many more runs the session takes now. One that is away or leaving takes none. */
export function freeSlots({ status, capacity, liveRuns }: Pick<SessionView, 'status' | 'capacity' | 'liveRuns'>): number {
  return status === 'online' ? Math.max(0, capacity - liveRuns) : 0;
}

export interface Skill {
  readonly slug: string;
  readonly proficiency: number;
}

/** What a machine counts as able to do: its member's skills and those that it names itself, each at the higher level, best first. */
export function skillsOf(...sources: readonly (readonly Skill[])[]): readonly Skill[] {
  const best = new Map<string, number>();
  for (const { slug, proficiency } of sources.flat()) best.set(slug, Math.max(proficiency, best.get(slug) ?? 0));
  return [...best].map(([slug, proficiency]) => ({ slug, proficiency })).toSorted((a, b) => b.proficiency - a.proficiency || compare(a.slug, b.slug));
}

/** Sessions that are there now and were not before, by id: what a person waits for who has just pasted a command. */
export function arrived(before: ReadonlySet<string>, now: readonly Seat[]): readonly Seat[] {
  return now.filter(({ session }) => session.status === 'online' && !before.has(session.id));
}

/** Ids of the sessions that are there. */
export function presentIds(seats: readonly Seat[]): ReadonlySet<string> {
  return new Set(seats.filter(({ session }) => isPresent(session)).map(({ session }) => session.id));
}

function toMachine(seats: readonly Seat[]): readonly FleetMachine[] {
  const newest = seats.toSorted((a, b) => compare(b.session.lastSeenAt, a.session.lastSeenAt))[0]?.session;
  if (newest === undefined) return [];
  const agents = new Map(seats.filter(({ session }) => isPresent(session) || session.id === newest.id).flatMap(({ session }) => session.agents).map((agent) => [`${agent.name}\n${agent.version ?? ''}`, agent]));
  return [
    {
      id: newest.machineId,
      hostname: newest.hostname,
      memberId: newest.memberId,
      memberName: newest.memberName,
      status: NEAREST.find((status) => seats.some(({ session }) => session.status === status)) ?? 'offline',
      lastSeenAt: newest.lastSeenAt,
      agents: [...agents.values()].toSorted((a, b) => compare(a.name, b.name)),
      seats: seats.toSorted((a, b) => compare(a.project.key, b.project.key) || Number(a.session.role === 'worker') - Number(b.session.role === 'worker') || compare(a.session.name, b.session.name)),
    },
  ];
}

const rank = (status: SessionStatus): number => NEAREST.indexOf(status);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
