import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Accepted, ClaimRun, HandInProposal, METHODS, Nothing, PauseRun, RequestSubtask } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { z } from 'zod';
import { Access, Action, on } from '../../../platform/access/index.js';
import { Answers } from '../../../platform/http/index.js';
import { newId } from '../../../platform/ids/index.js';
import type { Claimed } from '../offers/claims.service.js';
import type { SubtaskAdded } from '../work/run-subtasks.service.js';
import { RunCalls } from './run-calls.service.js';

/** What a machine may also say over HTTP about the runs that it holds: the same calls as on its socket. */
@Controller('api/v1')
export class CliRunsController {
  constructor(private readonly calls: RunCalls) {}

  @Post('agent-sessions/:id/run')
  @HttpCode(200)
  @Action('session.connect', on('agent_session'))
  @Answers(METHODS.runClaim.result)
  async claim(@Access() access: Access, @Param('id') id: string, @Body({ schema: ClaimRun }) { run }: z.output<typeof ClaimRun>): Promise<Result<Claimed>> {
    const session = await this.calls.sessionOf(access, id);
    return session.ok ? this.calls.claimNext(session.value, run) : session;
  }

  @Post('cli-runs/:run/pause')
  @HttpCode(200)
  @Action('session.connect', on('run', 'run'))
  @Answers(Nothing)
  async pause(@Access() access: Access, @Param('run') run: string, @Body({ schema: PauseRun }) { until }: z.output<typeof PauseRun>): Promise<Result<Record<string, never>>> {
    const holder = await this.calls.holderOf(access, run);
    if (!holder.ok) return holder;
    const { session, epoch } = holder.value;
    return this.calls.wait(session, { opId: newId(), run, epoch, reason: 'quota', until } as Parameters<RunCalls['wait']>[1]);
  }

  @Post('cli-runs/:run/subtask')
  @HttpCode(200)
  @Action('session.connect', on('run', 'run'))
  @Answers(METHODS.runSubtask.result)
  async subtask(@Access() access: Access, @Param('run') run: string, @Body({ schema: RequestSubtask }) body: z.output<typeof RequestSubtask>): Promise<Result<SubtaskAdded>> {
    const holder = await this.calls.holderOf(access, run);
    if (!holder.ok) return holder;
    const { session, epoch } = holder.value;
    return this.calls.subtask(session, { opId: newId(), run, epoch, ...body } as Parameters<RunCalls['subtask']>[1]);
  }

  @Post('cli-runs/:run/plan-proposal')
  @HttpCode(200)
  @Action('session.connect', on('run', 'run'))
  @Answers(Accepted)
  async proposal(@Access() access: Access, @Param('run') run: string, @Body({ schema: HandInProposal }) { text }: z.output<typeof HandInProposal>): Promise<Result<{ readonly accepted: true }>> {
    const holder = await this.calls.holderOf(access, run);
    if (!holder.ok) return holder;
    return this.calls.handIn(holder.value.session, run, holder.value.epoch, text);
  }
}
