import { Module } from '@nestjs/common';
import { ScopeLocator } from '../../platform/access/index.js';
import { PlansModule, PlanTasks } from '../plans/index.js';
import { ProjectsModule } from '../projects/index.js';
import { CommentsRepository } from './comments.repository.js';
import { OfferExpiryLoop } from './offer-expiry.loop.js';
import { TasksOfPlans } from './plan-tasks.js';
import { TaskActionsService } from './task-actions.service.js';
import { TaskTextService } from './task-text.service.js';
import { TasksController } from './tasks.controller.js';
import { TasksRepository } from './tasks.repository.js';
import { TasksService } from './tasks.service.js';

@Module({
  imports: [ProjectsModule, PlansModule],
  controllers: [TasksController],
  providers: [TasksRepository, CommentsRepository, TasksService, TaskTextService, TaskActionsService, OfferExpiryLoop, { provide: PlanTasks, useClass: TasksOfPlans }],
  exports: [TasksService, TaskTextService, TaskActionsService],
})
export class TasksModule {
  constructor(scopes: ScopeLocator, tasks: TasksRepository) {
    scopes.register('task', (reader, id) => tasks.locate(reader, id));
  }
}
