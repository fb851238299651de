import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { defineCommand, flag } from '../../command.js';
import { findPlan } from '../../shared/find-plan.js';
import { Machine } from '../../shared/machine.js';
import { planArgument, projectOption } from '../../shared/options.js';

export const planPause = defineCommand({
  details: 'Nothing new begins. What runs may end, unless you say --stop.',
  arguments: { plan: planArgument },
  options: { stop: flag('--stop', 'Agents at work save what they have and wait, too'), project: projectOption },
  examples: ['maestro plan pause', 'maestro plan pause "Negative stock" --stop'],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const { id } = await findPlan(machine, studio, input.plan, input.project);
    const plan = await studio.call(ENDPOINTS.pausePlan, { path: { plan: id }, body: { stop: input.stop } });
    return { json: plan, text: `"${plan.title}" is paused; ${input.stop ? 'its agents save their work and wait' : 'what runs may end'}. Go on with: maestro plan resume` };
  },
});
