import type { ProjectView } from '@maestro/protocol';
import { ProjectView as Shape } from '@maestro/protocol';
import type { ProjectRecord } from './domain/project.js';

/** A project as the wire shows it. */
export const projectView = (project: ProjectRecord): ProjectView => Shape.parse(project);
