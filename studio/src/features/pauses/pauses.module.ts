import { Module } from '@nestjs/common';
import { RunsModule } from '../runs/index.js';
import { WorkspacesModule } from '../workspaces/index.js';
import { PausesController } from './pauses.controller.js';
import { PausesRepository } from './pauses.repository.js';
import { PausesService } from './pauses.service.js';

@Module({ imports: [RunsModule, WorkspacesModule], controllers: [PausesController], providers: [PausesRepository, PausesService] })
export class PausesModule {}
