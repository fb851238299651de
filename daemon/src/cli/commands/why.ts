import type { TaskWhy } from '@maestro/protocol';
import { ENDPOINTS } from '../../features/studio-api/index.js';
import { defineCommand } from '../command.js';
import { table } from '../format/table.js';
import { findTask } from '../shared/find-task.js';
import { Machine } from '../shared/machine.js';
import { taskArgument } from '../shared/task-action.js';
import type { Terminal } from '../terminal.js';

export const why = defineCommand({
  details: 'For a task at work: why this machine was chosen, with every machine that was compared. For one that waits: exactly what is missing.',
  arguments: { task: taskArgument },
  examples: ['maestro why SHOP-12', "maestro why SHOP-12 --json | jq '.waitingFor'"],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const { id } = await findTask(machine, studio, input.task);
    const answer = await studio.call(ENDPOINTS.why, { path: { task: id } });
    return { json: answer, text: whyText(answer, world.terminal) };
  },
});

function whyText(answer: TaskWhy, { style, columns }: Terminal): string {
  const lines = [`${style.bold(answer.key)}: ${answer.sentence}`, ...answer.waitingFor.map((reason) => `  - ${reason}`)];
  const { match } = answer;
  if (match === null || match.candidates.length === 0) return lines.join('\n');
  const rows = match.candidates.map((candidate) => [
    candidate.session === match.chosen ? '*' : '',
    candidate.name,
    candidate.score === null ? '' : candidate.score.toFixed(2),
    candidate.missing.length > 0 ? candidate.missing.join('; ') : Object.entries(candidate.parts).map(([part, value]) => `${part} ${value.toFixed(2)}`).join(', '),
  ]);
  return [...lines, '', table(rows, { head: ['', 'session', 'score', 'why'], paint: style.dim, columns })].join('\n');
}
