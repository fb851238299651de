import type { PlanPreview } from '@maestro/protocol';
import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { defineCommand } from '../../command.js';
import { table } from '../../format/table.js';
import { count, duration } from '../../format/words.js';
import { findPlan } from '../../shared/find-plan.js';
import { Machine } from '../../shared/machine.js';
import { planArgument, projectOption } from '../../shared/options.js';
import type { Terminal } from '../../terminal.js';

export const planPreview = defineCommand({
  details: 'What would happen if the plan were activated now: which tasks can run side by side, the longest chain, and tasks that no connected machine can take.',
  arguments: { plan: planArgument },
  options: { project: projectOption },
  examples: ['maestro plan preview', 'maestro plan preview "Negative stock" --json'],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const plan = await findPlan(machine, studio, input.plan, input.project);
    const preview = await studio.call(ENDPOINTS.previewPlan, { path: { plan: plan.id } });
    return { json: preview, text: previewText(preview, world.terminal) };
  },
});

function previewText(preview: PlanPreview, { style, columns }: Terminal): string {
  const waves = preview.levels.map((keys, index) => [`${index + 1}`, keys.map((key) => (preview.criticalPath.includes(key) ? style.bold(key) : key)).join(', ')]);
  const lines = [
    waves.length === 0 ? 'The plan has no tasks.' : table(waves, { head: ['wave', 'tasks'], paint: style.dim, columns }),
    '',
    `Longest chain: ${preview.criticalPath.length === 0 ? 'none' : preview.criticalPath.join(' → ')}, ${duration(preview.estimateMinutes * 60_000)} by estimate.`,
  ];
  if (preview.nobody.length === 0) return lines.join('\n');
  return [...lines, '', style.warn(`${count(preview.nobody.length, 'task')} that no connected machine can take:`), ...preview.nobody.map(({ key, sentence }) => `  ${key}  ${sentence}`)].join('\n');
}
