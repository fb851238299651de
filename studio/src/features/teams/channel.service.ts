import { Injectable } from '@nestjs/common';
import { ChannelKind, EventKind, METHODS, ok, refuse } from '@maestro/protocol';
import type { Actor, ChannelMessage, PostToChannel, Result } from '@maestro/protocol';
import type { Access } from '../../platform/access/index.js';
import { Database } from '../../platform/database/index.js';
import type { Reader, Tx } from '../../platform/database/index.js';
import { Events } from '../events/index.js';
import { ProjectsService } from '../projects/index.js';
import { SessionPush, actorOf } from '../sessions/index.js';
import type { BoundSession } from '../sessions/index.js';
import { WorkspacesService } from '../workspaces/index.js';
import { ChannelRepository } from './channel.repository.js';
import type { NewMessage } from './channel.repository.js';
import { mayTalk } from './domain/team.js';
import { TeamsRepository } from './teams.repository.js';
import type { TeamRecord } from './teams.repository.js';

const MOST_READ = 200;
/** More than that is no direction any more, and would crowd out the task in every prompt. */
const MOST_DIRECTIVES = 20;

export const BY_TEAMS: Actor = { type: 'system', name: 'teams' };

/** What a team says, and what is said to it. */
@Injectable()
export class ChannelService {
  constructor(
    private readonly database: Database,
    private readonly teams: TeamsRepository,
    private readonly channel: ChannelRepository,
    private readonly projects: ProjectsService,
    private readonly workspaces: WorkspacesService,
    private readonly push: SessionPush,
    private readonly events: Events,
  ) {}

  /** A person speaks: a standing directive goes to the agents that are at work as well. Either gives the agents new turns. */
  post(access: Access, teamId: string, { kind, text }: PostToChannel): Promise<Result<ChannelMessage>> {
    return this.database.inTransaction(async (tx) => {
      const team = await this.teams.lock(tx, teamId);
      if (team === undefined) return noTeam();
      if (team.closedAt !== null) return over();
      const directs = kind === ChannelKind.steering;
      if (directs && (await this.channel.standing(tx, teamId)).length >= MOST_DIRECTIVES) {
        return refuse('conflict', 'too_many_directives', `${MOST_DIRECTIVES} directives stand already. Take them back with maestro clear-steering, and give those that still hold anew.`);
      }
      const actor = await this.workspaces.actorOf(tx, access);
      await this.channel.setTurns(tx, teamId, 0);
      const message = await this.say(tx, team, { kind, author: { type: 'person', name: actor.name }, text, run: null }, actor);
      if (directs) for (const { run, session } of await this.teams.runsAtWork(tx, teamId)) this.push.notify(tx, session, METHODS.runSteer, { run: run as never, text });
      return ok(message);
    });
  }

  /** Takes back every standing directive. Agents at work have read theirs; what starts from now on does not. */
  clear(access: Access, teamId: string): Promise<Result<{ readonly cleared: number }>> {
    return this.database.inTransaction(async (tx) => {
      const team = await this.teams.lock(tx, teamId);
      if (team === undefined) return noTeam();
      const cleared = await this.channel.clear(tx, teamId);
      const { workspaceId, projectId } = team;
      if (cleared > 0) await this.events.append(tx, { kind: EventKind.teamSteeringCleared, workspaceId, projectId, actor: await this.workspaces.actorOf(tx, access), payload: { team: teamId, cleared } });
      return ok({ cleared });
    });
  }

  /** An agent speaks, as the session it works in. */
  async talk(tx: Tx, session: BoundSession, { text, run }: { readonly text: string; readonly run: string | null }): Promise<Result<{ readonly seq: number; readonly turnsLeft: number }>> {
    const found = await this.teams.ofSession(tx, session.id);
    const team = found === undefined ? undefined : await this.teams.lock(tx, found.id);
    if (team === undefined) return noTeam();
    if (team.closedAt !== null) return over();
    const { maxChannelTurns } = await this.projects.policyOf(tx, team.projectId);
    const may = mayTalk(team.turns, maxChannelTurns);
    if (!may.ok) return may;
    await this.channel.setTurns(tx, team.id, team.turns + 1);
    const { seq } = await this.say(tx, team, { kind: ChannelKind.note, author: { type: 'agent', name: session.name }, text, run }, actorOf(session));
    if (may.value.askPerson) {
      const { workspaceId, projectId } = team;
      await this.events.append(tx, { kind: EventKind.teamAttention, workspaceId, projectId, actor: BY_TEAMS, payload: { team: team.id, channel: team.channel, turns: maxChannelTurns } });
    }
    return ok({ seq, turnsLeft: may.value.left });
  }

  /** Appends to the channel of a team whose row the caller holds, and tells its sessions. */
  async say(tx: Tx, team: TeamRecord, message: NewMessage, actor: Actor): Promise<ChannelMessage> {
    const said = await this.channel.append(tx, team.id, message);
    const { workspaceId, projectId } = team;
    await this.events.append(tx, { kind: EventKind.channelMessage, workspaceId, projectId, runId: message.run, actor, payload: { team: team.id, message: said } });
    for (const session of await this.sessionsOf(tx, team)) this.push.notify(tx, session, METHODS.channelMessage, { team: team.id as never, message: said });
    return said;
  }

  report(tx: Tx, team: TeamRecord, text: string, run: string | null): Promise<ChannelMessage> {
    return this.say(tx, team, { kind: ChannelKind.report, author: { type: 'studio', name: 'studio' }, text, run }, BY_TEAMS);
  }

  /** The lead's session and those of workers that have not ended. */
  async sessionsOf(reader: Reader, team: TeamRecord): Promise<readonly string[]> {
    const workers = await this.teams.workers(reader, team.id);
    return [team.leadSessionId, ...workers.flatMap(({ sessionId, status }) => (sessionId === null || status === 'ended' ? [] : [sessionId]))];
  }

  /** For a session: what was said after `after`, and whether its team is still there. */
  async read(session: BoundSession, after: number): Promise<{ readonly team: { readonly id: string; readonly open: boolean; readonly why: string } | null; readonly messages: readonly ChannelMessage[] }> {
    return this.database.read(async (reader) => {
      const team = await this.teams.ofSession(reader, session.id);
      if (team === undefined) return { team: null, messages: [] };
      return { team: { id: team.id, open: team.closedAt === null, why: team.closedWhy ?? '' }, messages: await this.channel.after(reader, team.id, after, MOST_READ) };
    });
  }

  page(teamId: string, after: number, limit: number): Promise<Result<{ readonly data: readonly ChannelMessage[]; readonly nextSeq: number }>> {
    return this.database.read(async (reader) => {
      const data = await this.channel.after(reader, teamId, after, limit);
      return ok({ data, nextSeq: data.at(-1)?.seq ?? after });
    });
  }
}

export function noTeam(): Result<never> {
  return refuse('not_found', 'team_not_found', 'There is no such team.');
}

function over(): Result<never> {
  return refuse('conflict', 'team_over', 'The team is over, so nobody would hear it.');
}
