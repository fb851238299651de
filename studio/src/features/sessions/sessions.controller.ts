import { Controller, Get, Param, Query } from '@nestjs/common';
import { PageQuery, SessionPage, SessionView } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { z } from 'zod';
import { Action, on } from '../../platform/access/index.js';
import { Answers } from '../../platform/http/index.js';
import type { Page } from '../../platform/http/index.js';
import { SessionViews } from './session-views.service.js';

@Controller('api/v1')
export class SessionsController {
  constructor(private readonly views: SessionViews) {}

  @Get('projects/:id/sessions')
  @Action('session.read', on('project'))
  @Answers(SessionPage)
  list(@Param('id') id: string, @Query({ schema: PageQuery }) query: z.output<typeof PageQuery>): Promise<Result<Page<SessionView>>> {
    return this.views.page(id, query);
  }

  @Get('agent-sessions/:id')
  @Action('session.read', on('agent_session'))
  @Answers(SessionView)
  get(@Param('id') id: string): Promise<Result<SessionView>> {
    return this.views.get(id);
  }
}
