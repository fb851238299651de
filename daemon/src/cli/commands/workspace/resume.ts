import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { defineCommand } from '../../command.js';
import { Machine } from '../../shared/machine.js';

export const workspaceResume = defineCommand({
  details: 'Projects, sessions and plans that are paused themselves stay so.',
  examples: ['maestro workspace resume'],
  reports: true,
  async run(world) {
    const studio = await new Machine(world).studio();
    const { workspaceId, workspaceName } = studio.identity;
    const answer = await studio.call(ENDPOINTS.resumeWorkspace, { path: { workspace: workspaceId } });
    return { json: answer, text: `${workspaceName} goes on.` };
  },
});
