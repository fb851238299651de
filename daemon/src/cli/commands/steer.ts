import { ChannelKind } from '@maestro/protocol';
import { ENDPOINTS } from '../../features/studio-api/index.js';
import type { Report } from '../command.js';
import { defineCommand, text, words } from '../command.js';
import { failure } from '../failure.js';
import { findTeamHere } from '../shared/find-team.js';
import type { TeamHere } from '../shared/find-team.js';
import { Machine } from '../shared/machine.js';
import { projectOption } from '../shared/options.js';
import { steerRun } from '../shared/steering.js';

export const steer = defineCommand({
  details:
    'Gives your words to the agent that --task or --run names, wherever it is: at once where its program can take them, else with its next turn. Without a name they are for the agent at work on this machine; or, where this machine leads a team, a directive for all of its agents, which stands until maestro clear-steering.',
  arguments: { text: words('What the agent should know or do') },
  options: { task: text('--task <key>', 'The task whose agent is meant'), run: text('--run <run>', 'The run that is meant, by the end of its id'), project: projectOption },
  examples: ['maestro steer "Use the helper in src/cart.js"', 'maestro steer --task SHOP-12 "Stop when the tests pass"'],
  reports: true,
  async run(world, input) {
    if (input.task !== undefined && input.run !== undefined) throw failure('usage', 'Both --task and --run are given.', 'one of the two');
    const machine = new Machine(world);
    const said = input.text.join(' ');
    const of = input.run ?? input.task;
    const team = of === undefined ? await findTeamHere(machine, input.project) : undefined;
    return team === undefined ? steerRun(machine, { text: said, of, project: input.project }) : steerTeam(machine, team, said);
  },
});

async function steerTeam(machine: Machine, team: TeamHere, said: string): Promise<Report> {
  const studio = machine.studioAs(await machine.identityAt(team.studio));
  const message = await studio.call(ENDPOINTS.postToChannel, { path: { team: team.id }, body: { kind: ChannelKind.steering, text: said } });
  return { json: { team: team.id, seq: message.seq, by: 'team' }, text: `Every agent of the team of ${team.project.key} gets it, until maestro clear-steering.` };
}
