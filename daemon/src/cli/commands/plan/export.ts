import { ExportQuery } from '@maestro/protocol';
import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { choice, defineCommand } from '../../command.js';
import { findPlan } from '../../shared/find-plan.js';
import { Machine } from '../../shared/machine.js';
import { planArgument, projectOption } from '../../shared/options.js';

const FORMATS = ExportQuery.shape.format.unwrap().options;

export const planExport = defineCommand({
  details: 'Prints the plan in a form that `maestro plan import` reads back.',
  arguments: { plan: planArgument },
  options: { format: choice('--format <format>', FORMATS, 'Of the text', 'yaml'), project: projectOption },
  examples: ['maestro plan export > plan.yaml', 'maestro plan export "Negative stock" --format md'],
  reports: false,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const { id } = await findPlan(machine, studio, input.plan, input.project);
    const exported = await studio.call(ENDPOINTS.exportPlan, { path: { plan: id }, query: { format: input.format } });
    const text = typeof exported === 'string' ? exported : JSON.stringify(exported, undefined, 2);
    return { json: undefined, text: text.replace(/\n$/, '') };
  },
});
