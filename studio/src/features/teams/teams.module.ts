import { Module } from '@nestjs/common';
import { ScopeLocator } from '../../platform/access/index.js';
import { PlanningModule } from '../planning/index.js';
import { ProjectsModule } from '../projects/index.js';
import { SessionSeats, SessionsModule } from '../sessions/index.js';
import { TasksModule } from '../tasks/index.js';
import { ChannelRepository } from './channel.repository.js';
import { ChannelService } from './channel.service.js';
import { TeamEnds } from './team-ends.service.js';
import { TeamSeats } from './team-seats.js';
import { TeamViews } from './team-views.service.js';
import { TeamWatchLoop } from './team-watch.loop.js';
import { TeamWatch } from './team-watch.service.js';
import { TeamsController } from './teams.controller.js';
import { TeamsRepository } from './teams.repository.js';
import { TeamsRpc } from './teams.rpc.js';
import { TeamsService } from './teams.service.js';

@Module({
  imports: [ProjectsModule, TasksModule, PlanningModule, SessionsModule],
  controllers: [TeamsController],
  providers: [TeamsRepository, ChannelRepository, ChannelService, TeamEnds, TeamViews, TeamWatch, TeamWatchLoop, TeamsService, TeamsRpc, { provide: SessionSeats, useClass: TeamSeats }],
})
export class TeamsModule {
  constructor(scopes: ScopeLocator, teams: TeamsRepository) {
    scopes.register('team', (reader, id) => teams.locate(reader, id));
  }
}
