import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { defineCommand, text } from '../../command.js';
import { Machine } from '../../shared/machine.js';

export const workspacePause = defineCommand({
  details: 'Nothing new begins in any project of your workspace. What is at work may end; what is only offered is taken back.',
  options: { why: text('--why <text>', 'The reason, shown wherever work waits for it') },
  examples: ['maestro workspace pause', 'maestro workspace pause --why "The repository host is down"'],
  reports: true,
  async run(world, input) {
    const studio = await new Machine(world).studio();
    const { workspaceId, workspaceName } = studio.identity;
    const pause = await studio.call(ENDPOINTS.pauseWorkspace, { path: { workspace: workspaceId }, body: { why: input.why ?? '' } });
    return { json: pause, text: `${workspaceName} is paused${pause.why === '' ? '' : ` (${pause.why})`}; what is at work may end. Go on with: maestro workspace resume` };
  },
});
