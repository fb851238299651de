import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { CreateWorkspace, PageQuery, UpdateWorkspace, WorkspacePage, WorkspaceView } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import { Access, Action, Caller, on, SignedIn } from '../../platform/access/index.js';
import { Answers } from '../../platform/http/index.js';
import { WorkspacesService } from './workspaces.service.js';

@Controller('api/v1/workspaces')
export class WorkspacesController {
  constructor(private readonly workspaces: WorkspacesService) {}

  @Post()
  @SignedIn('there is no workspace yet to have a role in; the service asks for an operator or an admin')
  @Answers(WorkspaceView)
  create(@Caller() caller: Caller, @Body({ schema: CreateWorkspace }) body: CreateWorkspace): Promise<Result<WorkspaceView>> {
    return this.workspaces.create(caller, body);
  }

  @Get()
  @SignedIn('lists the workspaces of the caller')
  @Answers(WorkspacePage)
  list(@Caller() caller: Caller, @Query({ schema: PageQuery }) page: PageQuery): Promise<Result<WorkspacePage>> {
    return this.workspaces.list(caller, page);
  }

  @Get(':id')
  @Action('workspace.read', on('workspace'))
  @Answers(WorkspaceView)
  get(@Access() access: Access): Promise<Result<WorkspaceView>> {
    return this.workspaces.get(access);
  }

  @Patch(':id')
  @Action('workspace.manage', on('workspace'))
  @Answers(WorkspaceView)
  update(@Access() access: Access, @Body({ schema: UpdateWorkspace }) body: UpdateWorkspace): Promise<Result<WorkspaceView>> {
    return this.workspaces.rename(access, body);
  }
}
