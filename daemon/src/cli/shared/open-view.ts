import type { KnownProject } from '../../features/projects/index.js';
import type { OpenView } from './foreground.js';
import type { Machine } from './machine.js';
import { ConnectionWatch } from './watch-connection.js';

/**
 * What a person looks at while a project is connected: the whole screen where there is one, else lines. Known before anything is started, and
 * what draws the screen is loaded only where it is used.
 */
export async function openView(machine: Machine, project: Pick<KnownProject, 'id' | 'key'>, { noTui }: { readonly noTui: boolean }): Promise<OpenView> {
  const { terminal, json } = machine.world;
  const { tty } = terminal;
  if (noTui || json || tty === undefined) return (status) => new ConnectionWatch(machine.world, project, status);
  const { TuiView } = await import('../tui/tui-view.js');
  return (status) => new TuiView(machine, project, tty, status);
}
