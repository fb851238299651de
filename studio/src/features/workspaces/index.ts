export { MembersService } from './members.service.js';
export { ProjectDirectory } from './project-directory.js';
export type { ListedProject } from './project-directory.js';
export { SkillsService } from './skills.service.js';
export { SkillEntity, WorkspaceEntity } from './workspaces.entities.js';
export { WorkspacesModule } from './workspaces.module.js';
export { WorkspacesService } from './workspaces.service.js';
