import { Controller, Get, Param } from '@nestjs/common';
import type { Result, SpawnQueue, TaskDetail, TaskWhy } from '@maestro/protocol';
import { Action, on } from '../../platform/access/index.js';
import { SpawnQueueService } from './spawn-queue.service.js';
import { WhyService } from './why.service.js';

@Controller('api/v1')
export class DispatchController {
  constructor(
    private readonly explanations: WhyService,
    private readonly queues: SpawnQueueService,
  ) {}

  @Get('tasks/:id')
  @Action('plan.read', on('task'))
  task(@Param('id') id: string): Promise<Result<TaskDetail>> {
    return this.explanations.detail(id);
  }

  @Get('tasks/:id/why')
  @Action('plan.read', on('task'))
  why(@Param('id') id: string): Promise<Result<TaskWhy>> {
    return this.explanations.why(id);
  }

  @Get('agent-sessions/:id/spawn-queue')
  @Action('session.read', on('agent_session'))
  spawnQueue(@Param('id') id: string): Promise<Result<SpawnQueue>> {
    return this.queues.of(id);
  }
}
