import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { defineCommand } from '../../command.js';
import { projectOf } from '../../shared/find-project.js';
import { findSession } from '../../shared/find-session.js';
import { Machine } from '../../shared/machine.js';
import { projectOption, sessionArgument } from '../../shared/options.js';

export const sessionResume = defineCommand({
  details: 'It takes work again, unless its project or workspace is paused.',
  arguments: { session: sessionArgument },
  options: { project: projectOption },
  examples: ['maestro session resume', 'maestro session resume desk'],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const { id, name } = await findSession(machine, studio, await projectOf(machine, studio, input.project), input.session);
    const answer = await studio.call(ENDPOINTS.resumeSession, { path: { session: id } });
    return { json: answer, text: `${name} goes on.` };
  },
});
