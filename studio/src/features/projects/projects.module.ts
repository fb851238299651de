import { Module } from '@nestjs/common';
import { ScopeLocator } from '../../platform/access/index.js';
import { InvitesModule, ProjectDirectory } from '../invites/index.js';
import type { ListedProject } from '../invites/index.js';
import { ProjectsController } from './projects.controller.js';
import { ProjectsRepository } from './projects.repository.js';
import { ProjectsService } from './projects.service.js';

@Module({
  imports: [InvitesModule],
  controllers: [ProjectsController],
  providers: [ProjectsRepository, ProjectsService],
  exports: [ProjectsService],
})
export class ProjectsModule {
  constructor(scopes: ScopeLocator, directory: ProjectDirectory, projects: ProjectsRepository) {
    scopes.register('project', async (reader, id) => {
      const project = await projects.find(reader, id);
      return project === undefined ? undefined : { workspaceId: project.workspaceId, projectId: project.id };
    });
    // The brands of ids exist in the compiler only; rows hold the same UUIDs.
    directory.provide(async (reader, workspaceId, only) => (await projects.listed(reader, workspaceId, only)) as unknown as readonly ListedProject[]);
  }
}
