import { Module } from '@nestjs/common';
import { PlansModule } from '../plans/index.js';
import { ProjectsModule } from '../projects/index.js';
import { TasksModule } from '../tasks/index.js';
import { PhasesRepository } from './phases.repository.js';
import { PlanEditService } from './plan-edit.service.js';
import { PlanImportService } from './plan-import.service.js';
import { PlanningController } from './planning.controller.js';
import { PlanPreviewService } from './plan-preview.service.js';
import { SubtasksService } from './subtasks.service.js';
import { TreeReader } from './tree-reader.service.js';
import { TreeWriter } from './tree-writer.service.js';

@Module({
  imports: [ProjectsModule, PlansModule, TasksModule],
  controllers: [PlanningController],
  providers: [PhasesRepository, TreeReader, TreeWriter, PlanEditService, PlanImportService, PlanPreviewService, SubtasksService],
  exports: [PlanImportService, SubtasksService],
})
export class PlanningModule {}
