import { Module } from '@nestjs/common';
import { ScopeLocator } from '../../platform/access/index.js';
import { ProjectsController } from './projects.controller.js';
import { ProjectsRepository } from './projects.repository.js';
import { ProjectsService } from './projects.service.js';

@Module({
  controllers: [ProjectsController],
  providers: [ProjectsRepository, ProjectsService],
  exports: [ProjectsService],
})
export class ProjectsModule {
  constructor(scopes: ScopeLocator, projects: ProjectsRepository) {
    scopes.register('project', async (reader, id) => {
      const project = await projects.find(reader, id);
      return project === undefined ? undefined : { workspaceId: project.workspaceId, projectId: project.id };
    });
  }
}
