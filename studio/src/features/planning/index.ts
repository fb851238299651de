export { PlanningModule } from './planning.module.js';
export { PlanImportService } from './plan-import.service.js';
export { SubtasksService } from './subtasks.service.js';
export type { NewSubtask } from './subtasks.service.js';
export { TaskTakers } from './planning.ports.js';
export type { SoughtTask, Takers } from './planning.ports.js';
