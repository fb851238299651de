import { ENDPOINTS } from '../../../features/studio-api/index.js';
import { defineCommand, flag, required, text } from '../../command.js';
import { failure } from '../../failure.js';
import { count } from '../../format/words.js';
import { findPlan } from '../../shared/find-plan.js';
import { projectOf } from '../../shared/find-project.js';
import { readText } from '../../shared/input.js';
import { Machine } from '../../shared/machine.js';
import { projectOption } from '../../shared/options.js';

/** What the studio accepts. */
const MOST_BYTES = 2_000_000;

export const planImport = defineCommand({
  details: 'The file is a proposal in YAML, JSON or the strict Markdown shape; which one is found out. Everything that is wrong with it is listed with its line, and then nothing is made.',
  arguments: { file: required('The file, or - for standard input') },
  options: {
    title: text('--title <title>', 'Title of the plan, instead of the one in the file'),
    into: text('--into <plan>', 'Replace this draft instead of making a new plan'),
    activate: flag('--activate', 'Activate it at once'),
    project: projectOption,
  },
  examples: ['maestro plan import plan.yaml', 'maestro plan import plan.md --title "Negative stock" --activate', 'maestro plan import - --into "Negative stock" < plan.yaml'],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const proposal = await readText(world.terminal, input.file, MOST_BYTES);
    if (proposal.trim() === '') throw failure('usage', `${input.file === '-' ? 'Standard input' : input.file} is empty.`, 'a proposal, such as `maestro plan export` writes');
    const studio = await machine.studio();
    const body = { text: proposal, ...(input.title === undefined ? {} : { title: input.title }) };
    const made =
      input.into === undefined
        ? await studio.call(ENDPOINTS.importPlan, { path: { project: (await projectOf(machine, studio, input.project)).id }, body })
        : await studio.call(ENDPOINTS.replacePlan, { path: { plan: (await findPlan(machine, studio, input.into, input.project)).id }, body });
    const path = { plan: made.id };
    if (input.activate) await studio.call(ENDPOINTS.activatePlan, { path });
    const plan = input.activate ? await studio.call(ENDPOINTS.plan, { path }) : made;
    const what = `${input.into === undefined ? 'Made' : 'Replaced'} "${plan.title}" with ${count(plan.tasks.length, 'task')} in ${count(plan.phases.length, 'phase')}`;
    return { json: plan, text: input.activate ? `${what}, and activated it.` : `${what}. Start it with: maestro plan activate "${plan.title}"` };
  },
});
