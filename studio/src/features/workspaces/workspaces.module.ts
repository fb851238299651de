import { Global, Module } from '@nestjs/common';
import { Memberships, ScopeLocator } from '../../platform/access/index.js';
import { MeController } from './me.controller.js';
import { MembersController } from './members.controller.js';
import { MembersRepository } from './members.repository.js';
import { MembersService } from './members.service.js';
import { SkillsController } from './skills.controller.js';
import { SkillsRepository } from './skills.repository.js';
import { SkillsService } from './skills.service.js';
import { WorkspacesController } from './workspaces.controller.js';
import { WorkspacesRepository } from './workspaces.repository.js';
import { WorkspacesService } from './workspaces.service.js';

/** Global, since the guards of every route ask it who belongs where. */
@Global()
@Module({
  controllers: [WorkspacesController, MembersController, SkillsController, MeController],
  providers: [
    WorkspacesRepository,
    MembersRepository,
    SkillsRepository,
    WorkspacesService,
    MembersService,
    SkillsService,
    { provide: Memberships, useExisting: MembersService },
  ],
  exports: [WorkspacesService, MembersService, SkillsService, Memberships],
})
export class WorkspacesModule {
  constructor(scopes: ScopeLocator, workspaces: WorkspacesRepository) {
    scopes.register('workspace', async (reader, id) => ((await workspaces.find(reader, id)) === undefined ? undefined : { workspaceId: id, projectId: null }));
  }
}
