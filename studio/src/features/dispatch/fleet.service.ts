import { Injectable } from '@nestjs/common';
import { mayUseAgent } from '@maestro/protocol';
import type { Policy, Purpose } from '@maestro/protocol';
import type { Reader } from '../../platform/database/index.js';
import { CandidatesRepository } from './candidates.repository.js';
import type { CooldownRow, SessionRow } from './candidates.repository.js';
import type { Candidate, Work } from './domain/candidate.js';
import { match } from './domain/match.js';
import type { Match } from './domain/match.js';
import { canonicalNames, levelsOf } from './domain/skill-names.js';

/** What is wanted of a session, before the project's state is added. */
export type Wanted = Omit<Work, 'projectRoom'> & { readonly projectId: string; readonly subject: string; readonly policy: Policy };

/** The machines of some projects at one moment. It counts what is given out from it, so that one look serves many offers. */
export class Fleet {
  /** Slots given out since the look, by session, by machine, and by machine and agent. */
  private readonly given = new Map<string, number>();
  private readonly levels = new Map<string, Readonly<Record<string, number>>>();

  constructor(
    private readonly sessions: readonly SessionRow[],
    private readonly cooldowns: readonly CooldownRow[],
    private readonly canonicalOf: (workspaceId: string) => (word: string) => string,
    private readonly atWork: Record<string, number>,
  ) {}

  match({ projectId, subject, policy, ...work }: Wanted): Match {
    const sessions = this.sessions.filter((session) => session.projectId === projectId);
    const canonical = this.canonicalOf(sessions[0]?.workspaceId ?? '');
    const skills = work.skills.map(({ slug, min }) => ({ slug: canonical(slug), min }));
    const projectRoom = policy.concurrency.project - this.atWorkIn(projectId);
    return match(sessions.map((session) => this.candidate(session, work.purpose, subject, policy)), { ...work, skills, projectRoom });
  }

  /** One slot of this session is taken, and with it one of its machine's and of its agent's there. */
  take(sessionId: string, projectId: string, agent: string | null): void {
    const machine = this.find(sessionId)?.machineId ?? '';
    for (const key of [sessionId, machine, ...(agent === null ? [] : [agentKey(machine, agent)])]) this.given.set(key, (this.given.get(key) ?? 0) + 1);
    this.atWork[projectId] = (this.atWork[projectId] ?? 0) + 1;
  }

  /** Whether any session of the project could take one more run, of whatever kind. */
  hasRoom(projectId: string, policy: Policy): boolean {
    if (this.atWorkIn(projectId) >= policy.concurrency.project) return false;
    return this.sessions.some(({ id, projectId: of, status, paused, capacity, busy, machineId, machineSlots, machineBusy }) => {
      if (of !== projectId || status !== 'online' || paused !== null) return false;
      return busy + this.givenTo(id) < slotsOf(capacity, policy) && (machineSlots === null || machineBusy + this.givenTo(machineId) < machineSlots);
    });
  }

  /** Runs at work in a project, with what was given out since. */
  atWorkIn(projectId: string): number {
    return this.atWork[projectId] ?? 0;
  }

  /** The agent that a run would have there: the first that has room. Null for what needs none. */
  agentFor(sessionId: string, purpose: Purpose): string | null {
    const session = this.find(sessionId);
    if (session === undefined || !mayUseAgent(purpose)) return null;
    return this.agentsOf(session).find(({ room }) => room > 0)?.name ?? null;
  }

  isThere(session: string): boolean {
    return this.sessions.some(({ id, status }) => id === session && status === 'online');
  }

  /** Seconds until the first cooldown ends; undefined when there is none. */
  get nextCooldownEnd(): number | undefined {
    return this.cooldowns.length === 0 ? undefined : Math.min(...this.cooldowns.map(({ seconds }) => seconds));
  }

  private candidate(session: SessionRow, purpose: Purpose, subject: string, policy: Policy): Candidate {
    const { id, name, memberId, machineId, status, roles, purposes, capacity, busy, machineSlots, machineBusy, reachable, mayPush, paused, success } = session;
    const recentSuccess = success[purpose];
    return {
      session: id, name, member: memberId, status, memberRoles: roles, purposes, reachable, mayPush, paused,
      skills: this.levelsOf(session),
      agents: this.agentsOf(session),
      slots: slotsOf(capacity, policy),
      busy: busy + this.givenTo(id),
      machineRoom: machineSlots === null ? Number.POSITIVE_INFINITY : machineSlots - machineBusy - this.givenTo(machineId),
      cooldownSeconds: this.cooldowns.find((each) => each.session === id && each.subject === subject)?.seconds ?? 0,
      ...(recentSuccess === undefined ? {} : { recentSuccess }),
    };
  }

  private agentsOf({ machineId, agents, agentsBusy }: SessionRow): Candidate['agents'] {
    return agents.map(({ name, slots }) => ({
      name,
      room: slots === undefined ? Number.POSITIVE_INFINITY : slots - (agentsBusy[name] ?? 0) - this.givenTo(agentKey(machineId, name)),
    }));
  }

  private givenTo(key: string): number {
    return this.given.get(key) ?? 0;
  }

  private find(sessionId: string): SessionRow | undefined {
    return this.sessions.find(({ id }) => id === sessionId);
  }

  private levelsOf({ id, workspaceId, declared, memberSkills }: SessionRow): Readonly<Record<string, number>> {
    const known = this.levels.get(id) ?? levelsOf([declared, memberSkills], this.canonicalOf(workspaceId));
    this.levels.set(id, known);
    return known;
  }
}

function agentKey(machineId: string, agent: string): string {
  return `${machineId} ${agent}`;
}

/** A session has a capacity of its own, and the policy has one for all. */
function slotsOf(capacity: number, { concurrency }: Policy): number {
  return Math.min(capacity, concurrency.session);
}

/** Looks at who is there. */
@Injectable()
export class FleetReader {
  constructor(private readonly candidates: CandidatesRepository) {}

  async of(reader: Reader, projectIds: readonly string[]): Promise<Fleet> {
    const sessions = await this.candidates.sessions(reader, projectIds);
    const cooldowns = await this.candidates.cooldowns(reader, sessions.map(({ id }) => id));
    const skills = await this.candidates.skills(reader, [...new Set(sessions.map(({ workspaceId }) => workspaceId))]);
    const names = new Map<string, (word: string) => string>();
    const canonicalOf = (workspaceId: string) => {
      const known = names.get(workspaceId) ?? canonicalNames(skills.filter((skill) => skill.workspaceId === workspaceId));
      names.set(workspaceId, known);
      return known;
    };
    return new Fleet(sessions, cooldowns, canonicalOf, { ...(await this.candidates.atWork(reader, projectIds)) });
  }
}
