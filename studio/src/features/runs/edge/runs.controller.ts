import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CancelRun, PageQuery, RunEventPage, RunPage, RunView, SteerRun } from '@maestro/protocol';
import type { Result, RunEventItem } from '@maestro/protocol';
import { z } from 'zod';
import { Access, Action, on } from '../../../platform/access/index.js';
import { Answers } from '../../../platform/http/index.js';
import type { Page } from '../../../platform/http/index.js';
import { RunActions } from './run-actions.service.js';
import { RunViews } from './run-views.service.js';

const EventsQuery = z.object({ after: z.coerce.number().int().min(0).default(0), limit: z.coerce.number().int().min(1).max(1_000).default(200) });

@Controller('api/v1')
export class RunsController {
  constructor(
    private readonly views: RunViews,
    private readonly actions: RunActions,
  ) {}

  @Get('runs/:id')
  @Action('run.read', on('run'))
  @Answers(RunView)
  get(@Param('id') id: string): Promise<Result<RunView>> {
    return this.views.get(id);
  }

  @Get('runs/:id/events')
  @Action('run.read', on('run'))
  @Answers(RunEventPage)
  events(@Param('id') id: string, @Query({ schema: EventsQuery }) { after, limit }: z.output<typeof EventsQuery>): Promise<Result<{ readonly data: readonly RunEventItem[]; readonly nextSeq: number }>> {
    return this.views.events(id, after, limit);
  }

  @Get('tasks/:id/runs')
  @Action('run.read', on('task'))
  @Answers(RunPage)
  ofTask(@Param('id') id: string, @Query({ schema: PageQuery }) query: z.output<typeof PageQuery>): Promise<Result<Page<RunView>>> {
    return this.views.ofTask(id, query);
  }

  @Get('projects/:id/runs')
  @Action('run.read', on('project'))
  @Answers(RunPage)
  ofProject(@Param('id') id: string, @Query({ schema: PageQuery }) query: z.output<typeof PageQuery>): Promise<Result<Page<RunView>>> {
    return this.views.ofProject(id, query);
  }

  @Post('runs/:id/cancel')
  @HttpCode(200)
  @Action('run.control', on('run'))
  @Answers(RunView)
  cancel(@Access() access: Access, @Param('id') id: string, @Body({ schema: CancelRun }) { why }: z.output<typeof CancelRun>): Promise<Result<RunView>> {
    return this.actions.cancel(access, id, why);
  }

  @Post('runs/:id/steer')
  @HttpCode(200)
  @Action('run.control', on('run'))
  @Answers(RunView)
  steer(@Access() access: Access, @Param('id') id: string, @Body({ schema: SteerRun }) { text }: z.output<typeof SteerRun>): Promise<Result<RunView>> {
    return this.actions.steer(access, id, text);
  }
}
