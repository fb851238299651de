import { Controller, Get, Query } from '@nestjs/common';
import { EventPage, EventQuery } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { z } from 'zod';
import { Caller, SignedIn } from '../../platform/access/index.js';
import { Answers } from '../../platform/http/index.js';
import { EventFeed } from './event-feed.js';

@Controller('api/v1/events')
export class EventsController {
  constructor(private readonly feed: EventFeed) {}

  @Get()
  @SignedIn('answers only with events of workspaces that the caller may follow')
  @Answers(EventPage)
  page(@Caller() caller: Caller, @Query({ schema: EventQuery }) query: z.output<typeof EventQuery>): Promise<Result<EventPage>> {
    return this.feed.page(caller, query);
  }
}
