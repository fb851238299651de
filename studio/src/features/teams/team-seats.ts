import { Injectable } from '@nestjs/common';
import { EventKind, ok } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { Tx } from '../../platform/database/index.js';
import { Events } from '../events/index.js';
import { SessionSeats, actorOf } from '../sessions/index.js';
import type { SessionRecord } from '../sessions/index.js';
import { mayJoin } from './domain/team.js';
import { stepWorker } from './domain/worker-life.js';
import { TeamsRepository } from './teams.repository.js';

/** What sessions ask of teams; see the port. Locks the place alone: the session's row is held already, and teams are locked before sessions elsewhere. */
@Injectable()
export class TeamSeats extends SessionSeats {
  constructor(
    private readonly teams: TeamsRepository,
    private readonly events: Events,
  ) {
    super();
  }

  async admit(tx: Tx, session: SessionRecord, channel: string): Promise<Result<void>> {
    const team = await this.teams.ofChannel(tx, channel);
    const lead = team === undefined ? undefined : await this.teams.lead(tx, team.leadSessionId);
    const place = team === undefined ? undefined : await this.teams.lockPlace(tx, team.id, session.name);
    const may = mayJoin(
      {
        team: team === undefined || lead === undefined ? null : { open: team.closedAt === null, project: team.projectId, leadMember: lead.memberId, leadMachine: lead.machineId },
        place: place === undefined ? null : { ended: place.status === 'ended', session: place.sessionId, job: place.job },
      },
      { id: session.id, project: session.projectId, member: session.memberId, machine: session.machineId, role: session.role },
    );
    if (!may.ok) return may;
    if (place === undefined || team === undefined) return ok();
    const step = stepWorker(place.status, 'admitted');
    await this.teams.admit(tx, place.id, session.id, step.to);
    const { workspaceId, projectId } = team;
    if (step.changed) await this.events.append(tx, { kind: EventKind.teamWorker, workspaceId, projectId, actor: actorOf(session), payload: { team: team.id, worker: place.id, name: place.name, from: step.from, to: step.to, because: 'admitted', sentence: null } });
    return ok();
  }
}
