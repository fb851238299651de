import { Module } from '@nestjs/common';
import { InvitesController } from './invites.controller.js';
import { InvitesRepository } from './invites.repository.js';
import { InvitesService } from './invites.service.js';
import { ProjectDirectory } from './project-directory.js';

@Module({
  controllers: [InvitesController],
  providers: [InvitesRepository, InvitesService, ProjectDirectory],
  exports: [ProjectDirectory],
})
export class InvitesModule {}
