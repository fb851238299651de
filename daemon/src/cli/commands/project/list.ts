import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { defineCommand } from '../../command.js';
import { table } from '../../format/table.js';
import { Machine } from '../../shared/machine.js';

export const projectList = defineCommand({
  details: 'The projects of your workspace that you may see.',
  examples: ['maestro project list', "maestro project list --json | jq -r '.[].key'"],
  reports: true,
  async run(world) {
    const studio = await new Machine(world).studio();
    const path = { workspace: studio.identity.workspaceId };
    const projects = await studio.all((cursor) => studio.call(ENDPOINTS.projects, { path, query: { limit: 200, cursor } }));
    const { style, columns } = world.terminal;
    if (projects.length === 0) return { json: projects, text: 'There is no project. In a clone of your repository: maestro project create' };
    return { json: projects, text: table(projects.map((project) => [project.key, project.name, project.baseBranch, project.normalizedRemote]), { head: ['key', 'name', 'base', 'repository'], paint: style.dim, columns }) };
  },
});
