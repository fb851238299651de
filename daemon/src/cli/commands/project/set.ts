import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { defineCommand, required } from '../../command.js';
import { projectOf } from '../../shared/find-project.js';
import { Machine } from '../../shared/machine.js';
import { projectOption } from '../../shared/options.js';
import { KNOBS, changeOf } from '../../shared/policy-knobs.js';

export const projectSet = defineCommand({
  details: `Changes one value. "none" takes a limit away. Work that is under way keeps the policy it began with. Names are name, baseBranch and the knobs of the policy: ${KNOBS.join(', ')}; parts of a knob are reached with a dot.`,
  arguments: { name: required('What to change, such as revisionCap or budget.task.usd'), value: required('The new value; JSON for lists') },
  options: { project: projectOption },
  examples: ['maestro project set revisionCap 5', 'maestro project set budget.task.usd 4.50', `maestro project set validationCommands '[{"name":"tests","command":["npm","test"]}]'`],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const studio = await machine.studio();
    const { id } = await projectOf(machine, studio, input.project);
    const path = { project: id };
    const body = changeOf(input.name, input.value, await studio.call(ENDPOINTS.project, { path }));
    const project = await studio.call(ENDPOINTS.updateProject, { path, body });
    return { json: project, text: `${project.key}: ${input.name} is ${input.value}.` };
  },
});
