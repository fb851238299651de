import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { defineCommand, optional, text } from '../../command.js';
import { findPlan } from '../../shared/find-plan.js';
import { Machine } from '../../shared/machine.js';
import { planText } from '../../shared/plan-text.js';

export const planShow = defineCommand({
  details: 'A plan is named by its title, the start of its title, or the end of its id. Without a name it is the only one at work.',
  arguments: { plan: optional('The plan') },
  options: { project: text('--project <key>', 'The project, when this folder is in no clone of it') },
  examples: ['maestro plan show', 'maestro plan show "Negative stock"', "maestro plan show --json | jq '.tasks[].status'"],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const found = await findPlan(machine, studio, input.plan, input.project);
    const tree = await studio.call(ENDPOINTS.plan, { path: { plan: found.id } });
    return { json: tree, text: planText(tree, world.terminal) };
  },
});
