import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { CreateProject, PageQuery, ProjectLookupQuery, ProjectPage, ProjectView, UpdateProject } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import type { z } from 'zod';
import { Access, Action, Caller, on, SignedIn } from '../../platform/access/index.js';
import { Answers } from '../../platform/http/index.js';
import type { Page } from '../../platform/http/index.js';
import { ProjectsService } from './projects.service.js';

@Controller('api/v1')
export class ProjectsController {
  constructor(private readonly projects: ProjectsService) {}

  @Post('workspaces/:id/projects')
  @Action('project.create', on('workspace'))
  @Answers(ProjectView)
  create(@Access() access: Access, @Body({ schema: CreateProject }) body: z.output<typeof CreateProject>): Promise<Result<ProjectView>> {
    return this.projects.create(access, body);
  }

  @Get('workspaces/:id/projects')
  @Action('project.read', on('workspace'))
  @Answers(ProjectPage)
  list(@Access() access: Access, @Query({ schema: PageQuery }) query: z.output<typeof PageQuery>): Promise<Result<Page<ProjectView>>> {
    return this.projects.page(access, query);
  }

  // Before `projects/:id`, which would take it for an id.
  @Get('projects/lookup')
  @SignedIn('finds only projects of workspaces that the caller belongs to')
  @Answers(ProjectView)
  lookup(@Caller() caller: Caller, @Query({ schema: ProjectLookupQuery }) query: z.output<typeof ProjectLookupQuery>): Promise<Result<ProjectView>> {
    return this.projects.lookup(caller, query.remote);
  }

  @Get('projects/:id')
  @Action('project.read', on('project'))
  @Answers(ProjectView)
  get(@Param('id') id: string): Promise<Result<ProjectView>> {
    return this.projects.get(id);
  }

  @Patch('projects/:id')
  @Action('project.manage', on('project'))
  @Answers(ProjectView)
  update(@Access() access: Access, @Param('id') id: string, @Body({ schema: UpdateProject }) body: z.output<typeof UpdateProject>): Promise<Result<ProjectView>> {
    return this.projects.update(access, id, body);
  }
}
