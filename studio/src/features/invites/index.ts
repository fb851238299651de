export { InvitesModule } from './invites.module.js';
export { ProjectDirectory } from './project-directory.js';
export type { ListedProject } from './project-directory.js';
