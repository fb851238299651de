export { PlansModule } from './plans.module.js';
export { PlansService } from './plans.service.js';
export { PlanMessagesService } from './plan-messages.service.js';
export { PlanRuns, PlanTasks } from './plans.ports.js';
export { planView } from './plan.view.js';
export type { PlanContext } from './domain/context.js';
export type { PlanHappening } from './domain/happening.js';
export type { PlanRecord, ReleaseIntent } from './domain/plan.js';
