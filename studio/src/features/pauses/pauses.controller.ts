import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { Nothing, PauseDispatch, PauseList, PauseView } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { z } from 'zod';
import { Access, Action, on } from '../../platform/access/index.js';
import { Answers } from '../../platform/http/index.js';
import { PausesService } from './pauses.service.js';

type Reason = z.output<typeof PauseDispatch>;
type Paused = Promise<Result<PauseView>>;
type Resumed = Promise<Result<Record<string, never>>>;

@Controller('api/v1')
export class PausesController {
  constructor(private readonly pauses: PausesService) {}

  @Get('projects/:id/pauses')
  @Action('project.read', on('project'))
  @Answers(PauseList)
  list(@Access() access: Access, @Param('id') id: string): Promise<Result<PauseList>> {
    return this.pauses.inProject(access, id);
  }

  @Post('workspaces/:id/pause')
  @HttpCode(200)
  @Action('workspace.manage', on('workspace'))
  @Answers(PauseView)
  pauseWorkspace(@Access() access: Access, @Param('id') id: string, @Body({ schema: PauseDispatch.prefault({}) }) { why }: Reason): Paused {
    return this.pauses.pause(access, 'workspace', id, why);
  }

  @Post('workspaces/:id/resume')
  @HttpCode(200)
  @Action('workspace.manage', on('workspace'))
  @Answers(Nothing)
  resumeWorkspace(@Access() access: Access, @Param('id') id: string): Resumed {
    return this.pauses.resume(access, 'workspace', id);
  }

  @Post('projects/:id/pause')
  @HttpCode(200)
  @Action('plan.run', on('project'))
  @Answers(PauseView)
  pauseProject(@Access() access: Access, @Param('id') id: string, @Body({ schema: PauseDispatch.prefault({}) }) { why }: Reason): Paused {
    return this.pauses.pause(access, 'project', id, why);
  }

  @Post('projects/:id/resume')
  @HttpCode(200)
  @Action('plan.run', on('project'))
  @Answers(Nothing)
  resumeProject(@Access() access: Access, @Param('id') id: string): Resumed {
    return this.pauses.resume(access, 'project', id);
  }

  @Post('agent-sessions/:id/pause')
  @HttpCode(200)
  @Action('plan.run', on('agent_session'))
  @Answers(PauseView)
  pauseSession(@Access() access: Access, @Param('id') id: string, @Body({ schema: PauseDispatch.prefault({}) }) { why }: Reason): Paused {
    return this.pauses.pause(access, 'session', id, why);
  }

  @Post('agent-sessions/:id/resume')
  @HttpCode(200)
  @Action('plan.run', on('agent_session'))
  @Answers(Nothing)
  resumeSession(@Access() access: Access, @Param('id') id: string): Resumed {
    return this.pauses.resume(access, 'session', id);
  }
}
