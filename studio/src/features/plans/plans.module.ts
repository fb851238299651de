import { Module } from '@nestjs/common';
import { ScopeLocator } from '../../platform/access/index.js';
import { PolicyWatch, ProjectsModule } from '../projects/index.js';
import { PlanActionsService } from './plan-actions.service.js';
import { PlanMessagesController } from './plan-messages.controller.js';
import { PlanMessagesRepository } from './plan-messages.repository.js';
import { PlanMessagesService } from './plan-messages.service.js';
import { PlansPolicyWatch } from './plans-policy-watch.js';
import { PlansController } from './plans.controller.js';
import { PlansRepository } from './plans.repository.js';
import { PlansService } from './plans.service.js';

@Module({
  imports: [ProjectsModule],
  controllers: [PlansController, PlanMessagesController],
  providers: [PlansRepository, PlansService, PlanActionsService, PlanMessagesRepository, PlanMessagesService, { provide: PolicyWatch, useClass: PlansPolicyWatch }],
  exports: [PlansService, PlanMessagesService],
})
export class PlansModule {
  constructor(scopes: ScopeLocator, plans: PlansRepository) {
    scopes.register('plan', (reader, id) => plans.locate(reader, id));
  }
}
