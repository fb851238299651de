import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { defineCommand, text } from '../../command.js';
import { projectOf } from '../../shared/find-project.js';
import { findSession } from '../../shared/find-session.js';
import { Machine } from '../../shared/machine.js';
import { projectOption, sessionArgument } from '../../shared/options.js';

export const sessionPause = defineCommand({
  details: 'Nothing new begins on that machine for this project; others take the work. What it has taken may end.',
  arguments: { session: sessionArgument },
  options: { why: text('--why <text>', 'The reason, shown wherever work waits for it'), project: projectOption },
  examples: ['maestro session pause', 'maestro session pause desk --why "It is needed for a demo"'],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const { id, name } = await findSession(machine, studio, await projectOf(machine, studio, input.project), input.session);
    const pause = await studio.call(ENDPOINTS.pauseSession, { path: { session: id }, body: { why: input.why ?? '' } });
    return { json: pause, text: `${name} is paused${pause.why === '' ? '' : ` (${pause.why})`}; what it has taken may end. Go on with: maestro session resume ${name}` };
  },
});
