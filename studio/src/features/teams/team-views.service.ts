import { Injectable } from '@nestjs/common';
import { TeamView, ok } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import { Database } from '../../platform/database/index.js';
import type { Reader } from '../../platform/database/index.js';
import { ProjectsService } from '../projects/index.js';
import { ChannelRepository } from './channel.repository.js';
import { noTeam } from './channel.service.js';
import { TeamsRepository } from './teams.repository.js';
import type { TeamRecord } from './teams.repository.js';

/** A project has few teams at a time, and old ones are of little interest. */
const MOST_LISTED = 50;

/** Teams as people see them. */
@Injectable()
export class TeamViews {
  constructor(
    private readonly database: Database,
    private readonly teams: TeamsRepository,
    private readonly channel: ChannelRepository,
    private readonly projects: ProjectsService,
  ) {}

  get(id: string): Promise<Result<TeamView>> {
    return this.database.read((reader) => this.one(reader, id));
  }

  ofLead(session: string): Promise<Result<TeamView>> {
    return this.database.read(async (reader) => {
      const team = await this.teams.ofLead(reader, session);
      return team === undefined ? noTeam() : ok(await this.view(reader, team));
    });
  }

  list(projectId: string): Promise<Result<{ readonly data: readonly TeamView[] }>> {
    return this.database.read(async (reader) => {
      const data: TeamView[] = [];
      for (const team of await this.teams.ofProject(reader, projectId, MOST_LISTED)) data.push(await this.view(reader, team));
      return ok({ data });
    });
  }

  async one(reader: Reader, id: string): Promise<Result<TeamView>> {
    const team = await this.teams.find(reader, id);
    return team === undefined ? noTeam() : ok(await this.view(reader, team));
  }

  private async view(reader: Reader, team: TeamRecord): Promise<TeamView> {
    const { maxChannelTurns } = await this.projects.policyOf(reader, team.projectId);
    const workers = await this.teams.workers(reader, team.id);
    return TeamView.parse({
      ...team,
      lead: { session: team.leadSessionId, name: team.leadName },
      open: team.closedAt === null,
      closedAt: iso(team.closedAt),
      createdAt: iso(team.createdAt),
      maxTurns: maxChannelTurns,
      steering: await this.channel.standing(reader, team.id),
      workers: workers.map((worker) => ({ ...worker, lastSeenAt: iso(worker.lastSeenAt), createdAt: iso(worker.createdAt), endedAt: iso(worker.endedAt) })),
    });
  }
}

function iso(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
