import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { AnswerTask, ApproveTask, AssignTask, CommentList, CommentTask, DeclineTask, MoveTask, RetryTask, StartTask, TaskList, TaskView, UnblockTask } from '@maestro/protocol';
import type { CommentView, Result } from '@maestro/protocol';
import type { z } from 'zod';
import { Access, Action, on } from '../../platform/access/index.js';
import { Answers } from '../../platform/http/index.js';
import { TaskActionsService } from './task-actions.service.js';

type Changed = Promise<Result<TaskView>>;

/** What people do to a task. Reading one, with its reviews and runs, is in `dispatch`, which knows them all. */
@Controller('api/v1')
export class TasksController {
  constructor(private readonly actions: TaskActionsService) {}

  @Get('workspaces/:id/my-tasks')
  @Action('plan.read', on('workspace'))
  @Answers(TaskList)
  mine(@Access() access: Access): Promise<Result<TaskView[]>> {
    return this.actions.mine(access);
  }

  @Post('tasks/:id/assign')
  @HttpCode(200)
  @Action('task.assign', on('task'))
  @Answers(TaskView)
  assign(@Access() access: Access, @Param('id') id: string, @Body({ schema: AssignTask }) body: z.output<typeof AssignTask>): Changed {
    return this.actions.assign(access, id, body.member);
  }

  @Post('tasks/:id/accept')
  @HttpCode(200)
  @Action('task.accept', on('task'))
  @Answers(TaskView)
  accept(@Access() access: Access, @Param('id') id: string, @Body({ schema: StartTask }) body: z.output<typeof StartTask>): Changed {
    return this.actions.respond(access, id, { accept: true, why: '', session: body.session ?? null });
  }

  @Post('tasks/:id/decline')
  @HttpCode(200)
  @Action('task.accept', on('task'))
  @Answers(TaskView)
  decline(@Access() access: Access, @Param('id') id: string, @Body({ schema: DeclineTask }) body: z.output<typeof DeclineTask>): Changed {
    return this.actions.respond(access, id, { accept: false, why: body.why, session: null });
  }

  @Post('tasks/:id/start')
  @HttpCode(200)
  @Action('task.operate', on('task'))
  @Answers(TaskView)
  start(@Access() access: Access, @Param('id') id: string, @Body({ schema: StartTask }) body: z.output<typeof StartTask>): Changed {
    return this.actions.act(access, id, { event: 'start', session: body.session ?? null });
  }

  @Post('tasks/:id/stop')
  @HttpCode(200)
  @Action('task.operate', on('task'))
  @Answers(TaskView)
  stop(@Access() access: Access, @Param('id') id: string, @Body({ schema: DeclineTask }) body: z.output<typeof DeclineTask>): Changed {
    return this.actions.act(access, id, { event: 'stop', why: body.why });
  }

  @Post('tasks/:id/retry')
  @HttpCode(200)
  @Action('task.operate', on('task'))
  @Answers(TaskView)
  retry(@Access() access: Access, @Param('id') id: string, @Body({ schema: RetryTask }) body: z.output<typeof RetryTask>): Changed {
    return this.actions.act(access, id, { event: 'retry', note: body.note ?? '' });
  }

  @Post('tasks/:id/approve')
  @HttpCode(200)
  @Action('task.operate', on('task'))
  @Answers(TaskView)
  approve(@Access() access: Access, @Param('id') id: string, @Body({ schema: ApproveTask }) body: z.output<typeof ApproveTask>): Changed {
    return this.actions.approve(access, id, body.head, body.note ?? '');
  }

  @Post('tasks/:id/answer')
  @HttpCode(200)
  @Action('task.operate', on('task'))
  @Answers(TaskView)
  answer(@Access() access: Access, @Param('id') id: string, @Body({ schema: AnswerTask }) body: z.output<typeof AnswerTask>): Changed {
    return this.actions.act(access, id, { event: 'answer', text: body.text });
  }

  @Post('tasks/:id/unblock')
  @HttpCode(200)
  @Action('task.operate', on('task'))
  @Answers(TaskView)
  unblock(@Access() access: Access, @Param('id') id: string, @Body({ schema: UnblockTask }) body: z.output<typeof UnblockTask>): Changed {
    return this.actions.unblock(access, id, body);
  }

  @Post('tasks/:id/cancel')
  @HttpCode(200)
  @Action('task.operate', on('task'))
  @Answers(TaskView)
  cancel(@Access() access: Access, @Param('id') id: string): Changed {
    return this.actions.act(access, id, { event: 'cancel' });
  }

  @Post('tasks/:id/move')
  @HttpCode(200)
  @Action('task.operate', on('task'))
  @Answers(TaskView)
  move(@Access() access: Access, @Param('id') id: string, @Body({ schema: MoveTask }) body: z.output<typeof MoveTask>): Changed {
    return this.actions.move(access, id, body);
  }

  @Post('tasks/:id/comments')
  @Action('task.comment', on('task'))
  @Answers(CommentList)
  comment(@Access() access: Access, @Param('id') id: string, @Body({ schema: CommentTask }) body: z.output<typeof CommentTask>): Promise<Result<readonly CommentView[]>> {
    return this.actions.comment(access, id, body.text, body.forAgent);
  }
}
