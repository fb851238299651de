import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ChannelMessage, ChannelPage, ChannelQuery, ClearedSteering, Delegate, Delegated, MakeTeam, PostToChannel, TeamList, TeamView } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { z } from 'zod';
import { Access, Action, on } from '../../platform/access/index.js';
import { Answers } from '../../platform/http/index.js';
import { ChannelService } from './channel.service.js';
import { TeamViews } from './team-views.service.js';
import { TeamsService } from './teams.service.js';

@Controller('api/v1')
export class TeamsController {
  constructor(
    private readonly teams: TeamsService,
    private readonly views: TeamViews,
    private readonly channel: ChannelService,
  ) {}

  @Post('agent-sessions/:id/team')
  @Action('team.manage', on('agent_session'))
  @Answers(TeamView)
  make(@Access() access: Access, @Param('id') id: string, @Body({ schema: MakeTeam }) body: z.output<typeof MakeTeam>): Promise<Result<TeamView>> {
    return this.teams.make(access, id, body);
  }

  @Get('agent-sessions/:id/team')
  @Action('session.read', on('agent_session'))
  @Answers(TeamView)
  ofLead(@Param('id') id: string): Promise<Result<TeamView>> {
    return this.views.ofLead(id);
  }

  @Post('agent-sessions/:id/delegate')
  @Action('team.manage', on('agent_session'))
  @Answers(Delegated)
  delegate(@Access() access: Access, @Param('id') id: string, @Body({ schema: Delegate }) body: z.output<typeof Delegate>): Promise<Result<{ readonly task: string; readonly key: string; readonly worker: string }>> {
    return this.teams.delegate(access, id, body);
  }

  @Get('projects/:id/teams')
  @Action('session.read', on('project'))
  @Answers(TeamList)
  list(@Param('id') id: string): Promise<Result<{ readonly data: readonly TeamView[] }>> {
    return this.views.list(id);
  }

  @Get('teams/:id')
  @Action('session.read', on('team'))
  @Answers(TeamView)
  get(@Param('id') id: string): Promise<Result<TeamView>> {
    return this.views.get(id);
  }

  @Post('teams/:id/close')
  @HttpCode(200)
  @Action('team.manage', on('team'))
  @Answers(TeamView)
  close(@Access() access: Access, @Param('id') id: string): Promise<Result<TeamView>> {
    return this.teams.close(access, id);
  }

  @Get('teams/:id/messages')
  @Action('session.read', on('team'))
  @Answers(ChannelPage)
  messages(@Param('id') id: string, @Query({ schema: ChannelQuery }) { after, limit }: z.output<typeof ChannelQuery>): Promise<Result<{ readonly data: readonly ChannelMessage[]; readonly nextSeq: number }>> {
    return this.channel.page(id, after, limit);
  }

  @Post('teams/:id/messages')
  @Action('team.manage', on('team'))
  @Answers(ChannelMessage)
  post(@Access() access: Access, @Param('id') id: string, @Body({ schema: PostToChannel }) body: z.output<typeof PostToChannel>): Promise<Result<ChannelMessage>> {
    return this.channel.post(access, id, body);
  }

  @Delete('teams/:id/steering')
  @Action('team.manage', on('team'))
  @Answers(ClearedSteering)
  clear(@Access() access: Access, @Param('id') id: string): Promise<Result<{ readonly cleared: number }>> {
    return this.channel.clear(access, id);
  }
}
