import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { defineCommand, text } from '../../command.js';
import { projectOf } from '../../shared/find-project.js';
import { Machine } from '../../shared/machine.js';
import { projectOption } from '../../shared/options.js';

export const projectPause = defineCommand({
  details: 'Nothing new begins in any plan of the project. What is at work may end.',
  arguments: {},
  options: { why: text('--why <text>', 'The reason, shown wherever work waits for it'), project: projectOption },
  examples: ['maestro project pause', 'maestro project pause --project SHOP --why "Release week"'],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const { id, key } = await projectOf(machine, studio, input.project);
    const pause = await studio.call(ENDPOINTS.pauseProject, { path: { project: id }, body: { why: input.why ?? '' } });
    return { json: pause, text: `${key} is paused${pause.why === '' ? '' : ` (${pause.why})`}; what is at work may end. Go on with: maestro project resume` };
  },
});
