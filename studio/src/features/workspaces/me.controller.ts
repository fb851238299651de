import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { MemberView, MeView, SetMySkills } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { z } from 'zod';
import { Authorisation, Caller, SignedIn } from '../../platform/access/index.js';
import { Answers } from '../../platform/http/index.js';
import { MembersService } from './members.service.js';

@Controller('api/v1/me')
export class MeController {
  constructor(
    private readonly members: MembersService,
    private readonly authorisation: Authorisation,
  ) {}

  @Get()
  @SignedIn('answers about the caller')
  @Answers(MeView)
  me(@Caller() caller: Caller): Promise<Result<MeView>> {
    return this.members.me(caller);
  }

  @Post('skills')
  @HttpCode(200)
  @SignedIn('names its workspace in the body, where `skill.set_own` is asked for')
  @Answers(MemberView)
  async setSkills(@Caller() caller: Caller, @Body({ schema: SetMySkills }) { workspaceId, skills }: z.output<typeof SetMySkills>): Promise<Result<MemberView>> {
    const access = await this.authorisation.authorise(caller, 'skill.set_own', 'workspace', workspaceId);
    return access.ok ? this.members.setSkills(access.value, access.value.memberId, skills) : access;
  }
}
