export { findClone, readCredentialSettings } from './clone.js';
export type { Clone, UserGit } from './clone.js';
export { findProject, remember } from './find-project.js';
export type { FoundProject } from './find-project.js';
export { ProjectRegistry } from './project-registry.js';
export type { KnownProject } from './project-registry.js';
