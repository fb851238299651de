import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { CreateSkill, PageQuery, SkillId, SkillPage, SkillView, UpdateSkill } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { z } from 'zod';
import { Access, Action, on } from '../../platform/access/index.js';
import { Answers } from '../../platform/http/index.js';
import { SkillsService } from './skills.service.js';

@Controller('api/v1/workspaces/:id/skills')
export class SkillsController {
  constructor(private readonly skills: SkillsService) {}

  @Get()
  @Action('workspace.read', on('workspace'))
  @Answers(SkillPage)
  list(@Access() access: Access, @Query({ schema: PageQuery }) page: PageQuery): Promise<Result<SkillPage>> {
    return this.skills.list(access, page);
  }

  @Post()
  @Action('skill.manage', on('workspace'))
  @Answers(SkillView)
  create(@Access() access: Access, @Body({ schema: CreateSkill }) body: z.output<typeof CreateSkill>): Promise<Result<SkillView>> {
    return this.skills.create(access, body);
  }

  @Patch(':skill')
  @Action('skill.manage', on('workspace'))
  @Answers(SkillView)
  update(@Access() access: Access, @Param('skill', { schema: SkillId }) skill: SkillId, @Body({ schema: UpdateSkill }) body: UpdateSkill): Promise<Result<SkillView>> {
    return this.skills.update(access, skill, body);
  }
}
