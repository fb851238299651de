import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { defineCommand } from '../../command.js';
import { findPlan } from '../../shared/find-plan.js';
import { Machine } from '../../shared/machine.js';
import { planArgument, projectOption } from '../../shared/options.js';
import { planText } from '../../shared/plan-text.js';

export const planShow = defineCommand({
  details: 'A plan is named by its title, the start of its title, or the end of its id. Without a name it is the only one at work.',
  arguments: { plan: planArgument },
  options: { project: projectOption },
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
