import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { defineCommand } from '../../command.js';
import { projectOf } from '../../shared/find-project.js';
import { Machine } from '../../shared/machine.js';
import { projectOption } from '../../shared/options.js';

export const projectResume = defineCommand({
  details: 'Plans that are paused themselves stay so.',
  arguments: {},
  options: { project: projectOption },
  examples: ['maestro project resume'],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const { id, key } = await projectOf(machine, studio, input.project);
    const answer = await studio.call(ENDPOINTS.resumeProject, { path: { project: id } });
    return { json: answer, text: `${key} goes on.` };
  },
});
