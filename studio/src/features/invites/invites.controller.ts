import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CreatedInvite, CreateInvite, InviteId, InvitePage, PageQuery, Redeemed, RedeemInvite } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { z } from 'zod';
import { Access, Action, on, Public } from '../../platform/access/index.js';
import { Answers, AnswersOther, LimitAttempts } from '../../platform/http/index.js';
import { SecretAnswer } from '../../platform/idempotency/index.js';
import { InvitesService } from './invites.service.js';

@Controller('api/v1')
export class InvitesController {
  constructor(private readonly invites: InvitesService) {}

  @Post('workspaces/:id/invites')
  @SecretAnswer()
  @Action('member.invite', on('workspace'))
  @Answers(CreatedInvite)
  create(@Access() access: Access, @Body({ schema: CreateInvite }) body: z.output<typeof CreateInvite>): Promise<Result<CreatedInvite>> {
    return this.invites.create(access, body);
  }

  @Get('workspaces/:id/invites')
  @Action('member.invite', on('workspace'))
  @Answers(InvitePage)
  list(@Access() access: Access, @Query({ schema: PageQuery }) page: PageQuery): Promise<Result<InvitePage>> {
    return this.invites.list(access, page);
  }

  @Delete('workspaces/:id/invites/:invite')
  @HttpCode(204)
  @Action('member.invite', on('workspace'))
  @AnswersOther('nothing')
  revoke(@Access() access: Access, @Param('invite', { schema: InviteId }) invite: InviteId): Promise<Result<void>> {
    return this.invites.revoke(access, invite);
  }

  @Post('auth/redeem')
  @HttpCode(200)
  @Public('the invite in the body is the credential')
  @LimitAttempts()
  @Answers(Redeemed)
  redeem(@Body({ schema: RedeemInvite }) body: z.output<typeof RedeemInvite>): Promise<Result<Redeemed>> {
    return this.invites.redeem(body);
  }
}
