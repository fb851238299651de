import { Module } from '@nestjs/common';
import { PlansModule } from '../plans/index.js';
import { ProjectsModule } from '../projects/index.js';
import { TasksModule } from '../tasks/index.js';
import { MergesRepository } from './merges.repository.js';
import { MergesService } from './merges.service.js';

@Module({ imports: [ProjectsModule, PlansModule, TasksModule], providers: [MergesRepository, MergesService], exports: [MergesService] })
export class MergesModule {}
