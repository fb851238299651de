import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { PageQuery, PlanMessagePage, PlanMessageView, PostMessage } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { z } from 'zod';
import { Access, Action, on } from '../../platform/access/index.js';
import { Answers } from '../../platform/http/index.js';
import type { Page } from '../../platform/http/index.js';
import { PlanMessagesService } from './plan-messages.service.js';

/** The conversation with the architect. */
@Controller('api/v1/plans/:id/messages')
export class PlanMessagesController {
  constructor(private readonly messages: PlanMessagesService) {}

  @Get()
  @Action('plan.read', on('plan'))
  @Answers(PlanMessagePage)
  list(@Param('id') id: string, @Query({ schema: PageQuery }) query: z.output<typeof PageQuery>): Promise<Result<Page<PlanMessageView>>> {
    return this.messages.page(id, query);
  }

  @Post()
  @Action('plan.write', on('plan'))
  @Answers(PlanMessageView)
  post(@Access() access: Access, @Param('id') id: string, @Body({ schema: PostMessage }) body: z.output<typeof PostMessage>): Promise<Result<PlanMessageView>> {
    return this.messages.post(access, id, body.text);
  }
}
