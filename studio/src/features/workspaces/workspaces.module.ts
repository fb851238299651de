import { Global, Module } from '@nestjs/common';
import { Memberships, ScopeLocator } from '../../platform/access/index.js';
import { InvitesController } from './invites.controller.js';
import { InvitesRepository } from './invites.repository.js';
import { InvitesService } from './invites.service.js';
import { MeController } from './me.controller.js';
import { MembersController } from './members.controller.js';
import { MembersRepository } from './members.repository.js';
import { MembersService } from './members.service.js';
import { ProjectDirectory } from './project-directory.js';
import { SkillsController } from './skills.controller.js';
import { SkillsRepository } from './skills.repository.js';
import { SkillsService } from './skills.service.js';
import { WorkspacesController } from './workspaces.controller.js';
import { WorkspacesRepository } from './workspaces.repository.js';
import { WorkspacesService } from './workspaces.service.js';

/** Global, since the guards of every route ask it who belongs where. */
@Global()
@Module({
  controllers: [WorkspacesController, MembersController, SkillsController, InvitesController, MeController],
  providers: [
    WorkspacesRepository,
    MembersRepository,
    SkillsRepository,
    InvitesRepository,
    WorkspacesService,
    MembersService,
    SkillsService,
    InvitesService,
    ProjectDirectory,
    { provide: Memberships, useExisting: MembersService },
  ],
  exports: [WorkspacesService, MembersService, SkillsService, ProjectDirectory, Memberships],
})
export class WorkspacesModule {
  constructor(scopes: ScopeLocator, workspaces: WorkspacesRepository) {
    scopes.register('workspace', async (reader, id) => ((await workspaces.find(reader, id)) === undefined ? undefined : { workspaceId: id, projectId: null }));
  }
}
