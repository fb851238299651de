import { Controller, Get, Param } from '@nestjs/common';
import { SpawnQueue, TaskDetail, TaskWhy } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import { Action, on } from '../../platform/access/index.js';
import { Answers } from '../../platform/http/index.js';
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
  @Answers(TaskDetail)
  task(@Param('id') id: string): Promise<Result<TaskDetail>> {
    return this.explanations.detail(id);
  }

  @Get('tasks/:id/why')
  @Action('plan.read', on('task'))
  @Answers(TaskWhy)
  why(@Param('id') id: string): Promise<Result<TaskWhy>> {
    return this.explanations.why(id);
  }

  @Get('agent-sessions/:id/spawn-queue')
  @Action('session.read', on('agent_session'))
  @Answers(SpawnQueue)
  spawnQueue(@Param('id') id: string): Promise<Result<SpawnQueue>> {
    return this.queues.of(id);
  }
}
