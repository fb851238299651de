import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { defineCommand, optional } from '../../command.js';
import { pairs } from '../../format/table.js';
import { projectOf } from '../../shared/find-project.js';
import { Machine } from '../../shared/machine.js';
import { flatten } from '../../shared/policy-knobs.js';

export const projectShow = defineCommand({
  details: 'A project with every knob of its policy, under the names that `maestro project set` takes.',
  arguments: { project: optional('Its key (default: the project of this folder)') },
  examples: ['maestro project show', 'maestro project show SHOP --json'],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const { id } = await projectOf(machine, studio, input.project);
    const project = await studio.call(ENDPOINTS.project, { path: { project: id } });
    const { style } = world.terminal;
    const facts = pairs([['repository', project.normalizedRemote], ['baseBranch', project.baseBranch]], style.dim);
    return { json: project, text: [`${style.bold(project.key)}  ${project.name}`, facts, '', 'Policy', pairs(flatten(project.policy), style.dim)].join('\n') };
  },
});
