import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import type { Tx } from '../../platform/database/index.js';
import { ProjectsService } from '../projects/index.js';
import { TasksService } from '../tasks/index.js';
import { BY_TEAMS, ChannelService } from './channel.service.js';
import { reportOf, teamOver } from './domain/team.js';
import { seenEvent } from './domain/worker-life.js';
import { TeamEnds } from './team-ends.service.js';
import { TeamsRepository } from './teams.repository.js';
import type { TeamRecord } from './teams.repository.js';

/** Looks at teams and writes down what has become of them. Everything is derived from sessions and runs, so a look that was missed loses nothing. */
@Injectable()
export class TeamWatch {
  constructor(
    private readonly database: Database,
    private readonly teams: TeamsRepository,
    private readonly channel: ChannelService,
    private readonly ends: TeamEnds,
    private readonly projects: ProjectsService,
    private readonly tasks: TasksService,
  ) {}

  /** Answers how many teams are open. Each in a transaction of its own. */
  async look(signal: AbortSignal): Promise<number> {
    const open = await this.database.read((reader) => this.teams.open(reader));
    for (const id of open) {
      if (signal.aborted) return open.length;
      await this.database.inTransaction(async (tx) => {
        const team = await this.teams.lock(tx, id);
        if (team?.closedAt === null) await this.lookAt(tx, team);
      });
    }
    await this.unpin(signal);
    return open.length;
  }

  private async lookAt(tx: Tx, team: TeamRecord): Promise<void> {
    for (const { run, ...report } of await this.teams.unreported(tx, team.id)) await this.channel.report(tx, team, reportOf({ ...report }), run);
    for (const worker of await this.teams.workers(tx, team.id)) {
      const busy = worker.run !== null;
      const event = seenEvent({ ...worker, busy });
      if (event !== undefined) await this.ends.step(tx, team, worker, event, { actor: BY_TEAMS, busy });
    }
    const why = await this.over(tx, team);
    if (why !== undefined) await this.ends.close(tx, team, why, BY_TEAMS);
  }

  private async over(tx: Tx, team: TeamRecord): Promise<string | undefined> {
    const lead = await this.teams.lead(tx, team.leadSessionId);
    if (lead === undefined) return undefined;
    const { offlineMinutes } = await this.projects.policyOf(tx, team.projectId);
    const living = (await this.teams.workers(tx, team.id)).filter(({ status }) => status !== 'ended').length;
    return teamOver({ leadLeft: lead.left, leadOnline: lead.status === 'online' || lead.status === 'draining', leadSilentSeconds: lead.silentSeconds, offlineMinutes, livingWorkers: living });
  }

  /** What was handed to a worker that has ended is anybody's again. */
  private async unpin(signal: AbortSignal): Promise<void> {
    for (const task of await this.database.read((reader) => this.teams.pinnedToTheDead(reader))) {
      if (signal.aborted) return;
      await this.database.inTransaction((tx) => this.tasks.apply(tx, task, { event: 'start', session: null }, { actor: BY_TEAMS }));
    }
  }
}
