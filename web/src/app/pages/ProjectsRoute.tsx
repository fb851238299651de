import type { ReactNode } from 'react';
import { ProjectsPage } from '../../features/projects/index.js';
import { useMe } from '../me.js';

export function ProjectsRoute(): ReactNode {
  return <ProjectsPage memberships={useMe().memberships} />;
}
