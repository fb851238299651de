import type { KnownProject } from '../../features/projects/index.js';
import type { OpenView } from './foreground.js';
import type { Machine } from './machine.js';
import { ConnectionWatch } from './watch-connection.js';

/** What a person looks at while a project is connected. */
export function openView({ world }: Machine, project: Pick<KnownProject, 'id' | 'key'>): OpenView {
  return (status) => new ConnectionWatch(world, project, status);
}
