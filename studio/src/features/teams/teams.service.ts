import { Injectable } from '@nestjs/common';
import { EventKind, ok, refuse } from '@maestro/protocol';
import type { Actor, Delegate, MakeTeam, Result, TeamView } from '@maestro/protocol';
import type { Access } from '../../platform/access/index.js';
import { Database } from '../../platform/database/index.js';
import type { Tx } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { Events } from '../events/index.js';
import { SubtasksService } from '../planning/index.js';
import { ProjectsService } from '../projects/index.js';
import { TasksService } from '../tasks/index.js';
import { WorkspacesService } from '../workspaces/index.js';
import { ChannelService, noTeam } from './channel.service.js';
import { mayDelegate, mayMake, placesOf } from './domain/team.js';
import { TeamEnds } from './team-ends.service.js';
import { TeamViews } from './team-views.service.js';
import { TeamsRepository } from './teams.repository.js';
import type { LeadSession } from './teams.repository.js';

/** Teams: made by the machine that leads them, ended by a person or by what happened to their lead. */
@Injectable()
export class TeamsService {
  constructor(
    private readonly database: Database,
    private readonly teams: TeamsRepository,
    private readonly views: TeamViews,
    private readonly ends: TeamEnds,
    private readonly channel: ChannelService,
    private readonly projects: ProjectsService,
    private readonly tasks: TasksService,
    private readonly subtasks: SubtasksService,
    private readonly workspaces: WorkspacesService,
    private readonly events: Events,
  ) {}

  /** Gives the places; the lead starts a process for each. What is left of an earlier team of that session is ended first. */
  make(access: Access, sessionId: string, wanted: MakeTeam): Promise<Result<TeamView>> {
    return this.database.inTransaction(async (tx) => {
      const lead = await this.teams.lead(tx, sessionId);
      if (lead === undefined) return noSession();
      const actor = await this.workspaces.actorOf(tx, access);
      const may = await this.mayMake(tx, access, lead, wanted, actor);
      if (!may.ok) return may;
      const id = newId();
      const { workspaceId, projectId } = lead;
      const project = await this.projects.find(tx, projectId);
      // The last part of a new id is random; the whole is a name that people can read out.
      const channel = `${(project?.key ?? 'team').toLowerCase()}-${id.slice(-8)}`;
      await this.teams.insert(tx, { id, workspaceId, projectId, leadSessionId: lead.id, channel });
      const places = placesOf(wanted, lead.name);
      for (const place of places) await this.teams.insertWorker(tx, newId(), id, place);
      await this.events.append(tx, { kind: EventKind.teamOpened, workspaceId, projectId, actor, payload: { team: id, channel, lead: lead.id, workers: places.map(({ name, job }) => ({ name, job })) } });
      return this.views.one(tx, id);
    });
  }

  close(access: Access, teamId: string): Promise<Result<TeamView>> {
    return this.database.inTransaction(async (tx) => {
      const team = await this.teams.lock(tx, teamId);
      if (team === undefined) return noTeam();
      if (team.closedAt === null) {
        const actor = await this.workspaces.actorOf(tx, access);
        await this.ends.close(tx, team, `${actor.name} ended it.`, actor);
      }
      return this.views.one(tx, teamId);
    });
  }

  /** The subtask is the worker's: its next run is offered to nobody else, unless that worker ends. */
  delegate(access: Access, sessionId: string, asked: Delegate): Promise<Result<{ readonly task: string; readonly key: string; readonly worker: string }>> {
    return this.database.inTransaction(async (tx) => {
      const lead = await this.teams.lead(tx, sessionId);
      if (lead === undefined) return noSession();
      const open = await this.openTeam(tx, lead.id);
      const worker = await this.teams.worker(tx, asked.worker);
      const parent = await this.tasks.find(tx, asked.parent);
      const may = mayDelegate({
        role: lead.role,
        own: lead.memberId === access.memberId,
        team: open?.id ?? null,
        worker: worker === undefined ? null : { team: worker.teamId, ended: worker.status === 'ended', connected: worker.status === 'connected' || worker.status === 'working', job: worker.job, name: worker.name },
        parentInProject: parent?.projectId === lead.projectId,
        parentDepth: parent?.depth ?? 0,
        parentOpen: parent !== undefined && parent.status !== 'done' && parent.status !== 'cancelled' && parent.status !== 'draft',
      });
      if (!may.ok) return may;
      // For the compiler: whoever lacks one of these was refused.
      if (worker === undefined || parent === undefined || open === undefined) return noTeam();
      const context = { actor: await this.workspaces.actorOf(tx, access) };
      const { title, description, acceptanceCriteria, skills, needsParent } = asked;
      const made = await this.subtasks.add(tx, parent, { title, description, acceptanceCriteria, skills, needsParent, run: null }, context);
      if (!made.ok) return made;
      const pinned = await this.tasks.apply(tx, made.value.id, { event: 'start', session: worker.sessionId }, context);
      if (!pinned.ok) return pinned;
      await this.subtasks.relevel(tx, parent.planId);
      const team = await this.teams.lock(tx, open.id);
      if (team !== undefined) await this.channel.report(tx, team, `${lead.name} handed ${made.value.key} (${title}) to ${worker.name}.`, null);
      return ok({ task: made.value.id, key: made.value.key, worker: worker.name });
    });
  }

  private async mayMake(tx: Tx, access: Access, lead: LeadSession, wanted: MakeTeam, actor: Actor): Promise<Result<void>> {
    const { maxWorkers } = await this.projects.policyOf(tx, lead.projectId);
    const open = await this.openTeam(tx, lead.id);
    const living = open === undefined ? 0 : (await this.teams.workers(tx, open.id)).filter(({ status }) => status !== 'ended').length;
    const facts = { role: lead.role, own: lead.memberId === access.memberId, connected: lead.status === 'online', openTeam: open === undefined ? null : { living }, maxWorkers };
    const may = mayMake(facts, wanted);
    if (may.ok && open !== undefined) await this.ends.close(tx, open, 'Its lead made another team.', actor);
    return may;
  }

  private async openTeam(tx: Tx, session: string) {
    const team = await this.teams.ofLead(tx, session);
    return team?.closedAt === null ? team : undefined;
  }
}

function noSession(): Result<never> {
  return refuse('not_found', 'agent_session_not_found', 'There is no such session.');
}
