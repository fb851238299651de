export { ProjectsModule } from './projects.module.js';
export { ProjectsService } from './projects.service.js';
export type { ProjectRecord } from './domain/project.js';
export { PolicyWatch } from './projects.ports.js';
