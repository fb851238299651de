import { Controller, Get, Param } from '@nestjs/common';
import { ChangeList, ChangeView } from '@maestro/protocol';
import type { ChangeSummary, Result } from '@maestro/protocol';
import { Action, on } from '../../platform/access/index.js';
import { Answers } from '../../platform/http/index.js';
import { ChangesService } from './changes.service.js';

/** What the commits of a task change. */
@Controller('api/v1/tasks/:id/changes')
export class ChangesController {
  constructor(private readonly changes: ChangesService) {}

  @Get()
  @Action('plan.read', on('task'))
  @Answers(ChangeList)
  list(@Param('id') id: string): Promise<Result<readonly ChangeSummary[]>> {
    return this.changes.list(id);
  }

  @Get(':head')
  @Action('plan.read', on('task'))
  @Answers(ChangeView)
  get(@Param('id') id: string, @Param('head') head: string): Promise<Result<ChangeView>> {
    return this.changes.get(id, head);
  }
}
