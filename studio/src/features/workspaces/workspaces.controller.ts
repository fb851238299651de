import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { CreateWorkspace, PageQuery, UpdateWorkspace } from '@maestro/protocol';
import type { Result, WorkspacePage, WorkspaceView } from '@maestro/protocol';
import { Access, Action, Caller, on, SignedIn } from '../../platform/access/index.js';
import { WorkspacesService } from './workspaces.service.js';

@Controller('api/v1/workspaces')
export class WorkspacesController {
  constructor(private readonly workspaces: WorkspacesService) {}

  @Post()
  @SignedIn('there is no workspace yet to have a role in; the service asks for an operator or an admin')
  create(@Caller() caller: Caller, @Body({ schema: CreateWorkspace }) body: CreateWorkspace): Promise<Result<WorkspaceView>> {
    return this.workspaces.create(caller, body);
  }

  @Get()
  @SignedIn('lists the workspaces of the caller')
  list(@Caller() caller: Caller, @Query({ schema: PageQuery }) page: PageQuery): Promise<Result<WorkspacePage>> {
    return this.workspaces.list(caller, page);
  }

  @Get(':id')
  @Action('workspace.read', on('workspace'))
  get(@Access() access: Access): Promise<Result<WorkspaceView>> {
    return this.workspaces.get(access);
  }

  @Patch(':id')
  @Action('workspace.manage', on('workspace'))
  update(@Access() access: Access, @Body({ schema: UpdateWorkspace }) body: UpdateWorkspace): Promise<Result<WorkspaceView>> {
    return this.workspaces.rename(access, body);
  }
}
