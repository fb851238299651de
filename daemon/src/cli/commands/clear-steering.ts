import { ENDPOINTS } from '../../features/studio-api/index.js';
import { defineCommand } from '../command.js';
import { failure } from '../failure.js';
import { count } from '../format/words.js';
import { findTeamHere } from '../shared/find-team.js';
import { Machine } from '../shared/machine.js';
import { projectOption } from '../shared/options.js';

export const clearSteering = defineCommand({
  details: 'Takes back every standing directive of the team that this machine leads. Agents at work have read theirs; what starts from now on does not.',
  options: { project: projectOption },
  examples: ['maestro clear-steering'],
  reports: true,
  async run(world, input) {
    const machine = new Machine(world);
    const team = await findTeamHere(machine, input.project);
    if (team === undefined) throw failure('notFound', 'This machine leads no team.', 'maestro team --dev 2 --review 1');
    const studio = machine.studioAs(await machine.identityAt(team.studio));
    const { cleared } = await studio.call(ENDPOINTS.clearSteering, { path: { team: team.id } });
    return { json: { team: team.id, cleared }, text: cleared === 0 ? 'No directive stood.' : `Took back ${count(cleared, 'directive')}.` };
  },
});
