import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { AddMember, MemberId, MemberPage, MemberView, PageQuery, SetMemberSkills, UpdateMember } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { z } from 'zod';
import { Access, Action, on } from '../../platform/access/index.js';
import { Answers, AnswersOther } from '../../platform/http/index.js';
import { MembersService } from './members.service.js';

@Controller('api/v1/workspaces/:id/members')
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Get()
  @Action('member.read', on('workspace'))
  @Answers(MemberPage)
  list(@Access() access: Access, @Query({ schema: PageQuery }) page: PageQuery): Promise<Result<MemberPage>> {
    return this.members.list(access, page);
  }

  @Post()
  @Action('member.manage', on('workspace'))
  @Answers(MemberView)
  add(@Access() access: Access, @Body({ schema: AddMember }) body: AddMember): Promise<Result<MemberView>> {
    return this.members.add(access, body);
  }

  @Patch(':member')
  @Action('member.manage', on('workspace'))
  @Answers(MemberView)
  changeRoles(@Access() access: Access, @Param('member', { schema: MemberId }) member: MemberId, @Body({ schema: UpdateMember }) body: UpdateMember): Promise<Result<MemberView>> {
    return this.members.changeRoles(access, member, body);
  }

  @Delete(':member')
  @HttpCode(204)
  @Action('member.manage', on('workspace'))
  @AnswersOther('nothing')
  remove(@Access() access: Access, @Param('member', { schema: MemberId }) member: MemberId): Promise<Result<void>> {
    return this.members.remove(access, member);
  }

  @Post(':member/skills')
  @HttpCode(200)
  @Action('member.manage', on('workspace'))
  @Answers(MemberView)
  setSkills(@Access() access: Access, @Param('member', { schema: MemberId }) member: MemberId, @Body({ schema: SetMemberSkills }) { skills }: z.output<typeof SetMemberSkills>): Promise<Result<MemberView>> {
    return this.members.setSkills(access, member, skills);
  }
}
