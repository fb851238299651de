export { refuseRoles } from './domain/roles.js';
export { MembersService } from './members.service.js';
export { SkillsService } from './skills.service.js';
export { SkillEntity } from './skill.entity.js';
export { WorkspaceEntity } from './workspace.entity.js';
export { WorkspacesModule } from './workspaces.module.js';
export { WorkspacesService } from './workspaces.service.js';
